"""IPP on the wire."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.letter import ippwire as wire
from lanka.channels.letter.ipp import http_address


def test_there_and_back() -> None:
    at = datetime(2026, 11, 22, 8, 14, 3, tzinfo=UTC)
    told = {"job-id": 7, "job-name": "lanka-ä", "job-state": 9, "date-time-at-completed": at, "ok": True, "job-state-reasons": ["a", "b"]}
    back = wire.decode(wire.encode(wire.Message(0x0002, [(wire.OPERATION, {}), (wire.JOB, told)], b"%PDF-")))
    assert (back.code, back.first(wire.JOB), back.data) == (0x0002, told, b"%PDF-")


@given(st.binary(max_size=200))
def test_nonsense_is_broken_and_nothing_else(octets: bytes) -> None:
    try:
        wire.decode(octets)
    except wire.Broken:
        pass


def test_a_collection_is_stepped_over() -> None:
    octets = bytes.fromhex("0200000000000001" + "04" + "34" + "0005" + b"media".hex() + "0000" + "4a0000" + "0001" + b"x".hex())
    octets += bytes.fromhex("210000" + "0004" + "00000001" + "3700000000" + "22" + "0002" + b"ok".hex() + "000101" + "03")
    assert wire.decode(octets).first(wire.PRINTER) == {"ok": True}


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("ipp://printer.example/ipp/print", "http://printer.example:631/ipp/print"),
        ("ipps://10.0.0.5:443", "https://10.0.0.5:443/"),
        ("ipp://[fe80::1]:8631/x", "http://[fe80::1]:8631/x"),
    ],
)
def test_addresses_of_printers(uri: str, url: str) -> None:
    assert http_address(uri) == url
