"""Whose address it is: nobody talks himself into another one."""

from __future__ import annotations

import pytest

from lanka import config
from lanka.core.remote import remote


@pytest.mark.parametrize(
    ("proxies", "forwarded", "whose"),
    [
        (0, "", "192.0.2.7"),
        (0, "198.51.100.7", "192.0.2.7"),  # nobody named a proxy: the header is hearsay
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.66, 198.51.100.7", "198.51.100.7"),  # the caller wrote the first one
        (2, "203.0.113.66, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.7"),  # came past one of the proxies
        (1, "<script>", "192.0.2.7"),
        (1, "", "192.0.2.7"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_address_of_who_asks(monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, whose: str) -> None:
    monkeypatch.setattr(config, "PROXIES", proxies)
    assert remote("192.0.2.7", forwarded) == whose
