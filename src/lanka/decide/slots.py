"""The lines that a message may go out on: one for each kind of channel it is written for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lanka.channels.base import Capabilities
from lanka.channels.models import Line
from lanka.channels.registry import all_channels, view
from lanka.customers.models import Kind
from lanka.decide.models import Message


@dataclass(frozen=True, slots=True)
class Slot:
    """`identifier`: the kind of address it sends to. `usual`: its place in the topic's own order, None where the topic does not use it."""

    no: int
    line: int
    kind: str
    can: Capabilities
    country: str
    usual: int | None

    @property
    def identifier(self) -> Kind:
        return Kind[self.can.address.upper()]

    @property
    def prefix(self) -> str:
        """Accounts of many providers are one kind of identifier."""
        return f"{self.kind}:" if self.can.address == "account" else ""


def speaks_first(can: Capabilities) -> bool:
    """Whether it can carry what nobody asked for: not where somebody must be there, or must have written within hours."""
    return can.speaks and not can.must_be_online and can.reply_window is None


def lines_of(message: Message) -> list[tuple[Line, Capabilities]]:
    """One for each kind: of the message's brand before those of no brand; never another brand's where the message has one."""
    found: dict[str, tuple[Line, Capabilities]] = {}
    rows = Line.objects.filter(enabled=True).order_by("id")
    for line in sorted(rows, key=lambda line: line.brand_id != message.brand_id):
        channel = all_channels().get(line.kind)
        foreign = message.brand_id is not None and line.brand_id not in (None, message.brand_id)
        if channel is None or foreign or line.kind in found or (message.channels and line.kind not in message.channels):
            continue
        can = channel.can(view(line))
        if speaks_first(can):
            found[line.kind] = line, can
    return list(found.values())


def slots_of(message: Message, only: Sequence[str] | None = None) -> list[Slot]:
    """In the topic's order (or in that of `only`, and no others), then by cost, paper last. A topic that names none uses every one."""
    order = message.topic.channels if only is None else list(only)
    lines = sorted(
        (each for each in lines_of(message) if only is None or each[0].kind in only),
        key=lambda each: (order.index(each[0].kind) if each[0].kind in order else len(order), each[1].paper, each[1].cost, each[0].pk),
    )
    return [
        Slot(no, line.pk, line.kind, can, line.country, no if not order or line.kind in order else None)
        for no, (line, can) in enumerate(lines)
    ]
