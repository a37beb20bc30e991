"""The channels among which a person can choose: a line that may write first, and an address of theirs it writes to."""

from __future__ import annotations

from dataclasses import dataclass

from lanka.channels.models import Line
from lanka.channels.registry import all_channels, view
from lanka.customers.models import Customer
from lanka.decide.reach import Somebody, addresses_for, look_up


@dataclass(frozen=True, slots=True)
class Offer:
    """`address`: the newest open one. `blocked`: why none is open ('' when one is)."""

    kind: str
    name: str
    address: str
    paper: bool
    segmented: bool
    blocked: str = ""


def offered(customer: Customer) -> list[Offer]:
    """One for each kind of channel, the least costly first."""
    who, found = look_up(customer), {}
    for line in Line.objects.filter(enabled=True).order_by("id"):
        if line.kind in all_channels() and line.kind not in found and (offer := _offer(line, who, customer)):
            found[line.kind] = offer
    return [offer for _cost, offer in sorted(found.values(), key=lambda pair: pair[0])]


def _offer(line: Line, who: Somebody, customer: Customer) -> tuple[tuple[bool, int, str], Offer] | None:
    channel = all_channels()[line.kind]
    can = channel.can(view(line))
    if not can.speaks or can.must_be_online:
        return None
    known = list(addresses_for(can, line.kind, who, customer))
    if not known:
        return None
    best = next((one for one in known if (can.address, one) not in who.suppressed), known[0])
    blocked = who.suppressed.get((can.address, best), "")
    return (can.paper, can.cost, line.kind), Offer(line.kind, str(channel.name), best, can.paper, can.segmented, blocked)


def masked(offer: Offer) -> str:
    """Enough to recognise one's own address, too little to learn somebody's: 'm…@example.fi', '…0134'; nothing of a home."""
    if offer.paper:
        return ""
    name, at, domain = offer.address.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"…{offer.address[-4:]}" if len(offer.address) > 6 else "…"
