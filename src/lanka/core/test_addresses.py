from __future__ import annotations

import socket

import pytest

from lanka import config
from lanka.core import addresses
from lanka.core.addresses import PrivateAddress, allowed, is_public


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEMO", False)
    monkeypatch.delenv("LANKA_ALLOW_PRIVATE", raising=False)


PRIVATE = (
    "127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 172.16.9.9 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255 192.0.2.1 "
    "::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: words"
)


@pytest.mark.parametrize("address", PRIVATE.split())
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.166.3.2", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]".strip("[]")])
def test_this_machine_is_refused_in_any_spelling(host: str) -> None:
    with pytest.raises(PrivateAddress):
        allowed(host)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "resolved", lambda host, port=None: ["8.8.8.8", "10.0.0.7"])
    with pytest.raises(PrivateAddress, match=r"10\.0\.0\.7"):
        allowed("mail.example.fi")


def test_the_operator_may_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "1")
    assert "127.0.0.1" in allowed("127.0.0.1")


@pytest.mark.parametrize("host", ["", "a" * 300, "\u3002\u3002"])
def test_no_host_name_at_all(host: str) -> None:
    with pytest.raises((socket.gaierror, PrivateAddress)):
        allowed(host)
