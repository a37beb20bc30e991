"""Hosted channels: who is there now, and what such a channel may offer beyond sending."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from lanka.channels.base import LineView
from lanka.channels.models import Online
from lanka.core import clock

ALIVE = timedelta(seconds=45)  # a stream says every 15 s that it lives


def online(line_id: int, address: str) -> bool:
    """Does this address have an open stream on this line?"""
    return address in online_among(line_id, [address])


def online_among(line_id: int, addresses: Iterable[str]) -> set[str]:
    rows = Online.objects.filter(line_id=line_id, address__in=list(addresses), seen_at__gt=clock.now() - ALIVE)
    return set(rows.values_list("address", flat=True))


def last_page(line_id: int, address: str) -> str:
    """The page they were on when we last heard from them, '' if they are not there."""
    rows = Online.objects.filter(line_id=line_id, address=address, seen_at__gt=clock.now() - ALIVE)
    return rows.order_by("-seen_at").values_list("page", flat=True).first() or ""


@runtime_checkable
class Continues(Protocol):
    """A hosted channel whose thread can be opened again elsewhere, by a link in a mail."""

    def way_back(self, line: LineView, address: str, page: str = "") -> str:
        """A signed link that opens this address's thread. Send it only to an address of that person. '' where there is no page."""


@runtime_checkable
class Hosts(Protocol):
    """A hosted channel whose visitors hold a token of their own."""

    def visitor(self, line: LineView, token: str) -> str:
        """The address of the browser that holds this token. Raises Forged."""


@runtime_checkable
class Proves(Protocol):
    """A hosted channel that lets its visitor prove an address by a code.

    It puts a happening 'proof.asked' with data {address, language}; the house sends the code of that moment to the address.
    When the visitor types it, a happening 'proof.given' follows whose `also` holds the address as proven.
    """

    def proof_code(self, line: LineView, address: str, claimed: str, at: datetime) -> str:
        """Six digits for 'this visitor holds this address', valid for 20 minutes after `at`."""
