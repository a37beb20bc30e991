"""The shape of a journey: a trigger and a sequence of steps; a split holds sequences of its own and they join again behind it.

Nested sequences instead of free arrows: whatever can be drawn can be walked, there is no dangling arrow and no endless circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Rule = dict[str, Any]  # as outreach.rules has it
Unit = Literal["minutes", "hours", "days", "weeks", "months", "years"]
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Span(Shape):
    """Days and longer are calendar time where the person lives (the same hour, whatever the clocks did); hours are hours."""

    count: int = Field(ge=-3650, le=3650)
    unit: Unit = "days"


class Node(Shape):
    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(default="", max_length=80)  # the builder's own words; empty: worked out from what it does


class Wait(Node):
    """For a span, until a date that is known of them, or until an hour of the day where they live; what is given adds up."""

    kind: Literal["wait"] = "wait"
    span: Span | None = None  # from arriving here, or from `date`
    date: str = Field(default="", max_length=60)  # 'trigger', 'entered', or a fact's kind: 'fact:birthday'
    hour: str = Field(default="", max_length=5)  # '09:00': the next one
    weekdays: list[int] = Field(default_factory=list, max_length=7)  # 0 = Monday; with `hour`

    @field_validator("hour")
    @classmethod
    def is_an_hour(cls, value: str) -> str:
        if value and not HOUR.fullmatch(value):
            raise ValueError("an hour is written 09:00")
        return value

    @field_validator("weekdays")
    @classmethod
    def are_days(cls, value: list[int]) -> list[int]:
        if any(day not in range(7) for day in value):
            raise ValueError("a weekday is 0 (Monday) to 6")
        return value


class WaitFor(Node):
    """Until something happens to them, or the time is out."""

    kind: Literal["wait_for"] = "wait_for"
    event: str = Field(min_length=1, max_length=60)  # a kind of the timeline: 'purchase', 'message.in', 'receipt.read'
    match: dict[str, str] = Field(default_factory=dict)  # what the event's data or text must hold
    timeout: Span
    came: list[Step] = Field(default_factory=list)
    timed_out: list[Step] = Field(default_factory=list)


class Branch(Shape):
    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(default="", max_length=80)
    rule: Rule | None = None  # 'rule': the first branch that fits is taken
    share: int = Field(default=0, ge=0, le=1000)  # 'random': of all shares
    outcome: str = ""  # 'outcome': 'sent', 'delivered', 'opened', 'clicked', 'failed', 'not_sent'
    steps: list[Step] = Field(default_factory=list)


class Split(Node):
    """By a rule about them, by lot, or by what became of a message sent before. Who fits no branch goes through `otherwise`."""

    kind: Literal["split"] = "split"
    by: Literal["rule", "random", "outcome"] = "rule"
    of: str = ""  # 'outcome': the id of the send node
    branches: list[Branch] = Field(min_length=1, max_length=8)
    otherwise: list[Step] = Field(default_factory=list)


class Send(Node):
    """What goes out passes `decide`: it may be held or refused, and the person's page says why."""

    kind: Literal["send"] = "send"
    template: str = Field(default="", max_length=60)  # Template.key
    topic: str = Field(default="", max_length=40)  # Topic.key
    purpose: str = Field(default="", max_length=120)
    channels: list[str] = Field(default_factory=list)


class SetField(Node):
    kind: Literal["set_field"] = "set_field"
    field: str = Field(default="", max_length=40)
    value: str = Field(default="", max_length=200)


class OpenConversation(Node):
    """A person takes over: a conversation for a team, with a note that says why."""

    kind: Literal["conversation"] = "conversation"
    team: int | None = None
    note: str = Field(default="", max_length=1000)
    callback: bool = False  # to be called, not written to


class Webhook(Node):
    kind: Literal["webhook"] = "webhook"
    url: str = Field(default="", max_length=500)


class End(Node):
    kind: Literal["end"] = "end"


Step = Annotated[Wait | WaitFor | Split | Send | SetField | OpenConversation | Webhook | End, Field(discriminator="kind")]


class Trigger(Shape):
    """What lets people in."""

    kind: Literal["event", "date", "segment_entered", "segment_left", "by_hand"] = "event"
    event: str = Field(default="", max_length=60)  # 'event': a kind of the timeline; or several: 'purchase,order.placed'
    match: dict[str, str] = Field(default_factory=dict)
    fact: str = Field(default="", max_length=40)  # 'date': a fact that holds a date; each year again
    offset: Span | None = None  # 'date': so long before (negative) or after
    segment: int | None = None
    rule: Rule | None = None  # and only those who fit this then

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in self.event.split(",") if kind]


class Graph(Shape):
    trigger: Trigger = Field(default_factory=Trigger)
    again: Literal["once", "each", "after"] = "once"  # once ever; for each trigger; only when `again_after` has passed
    again_after: Span | None = None
    goal: Rule | None = None  # reached: the journey ends well, wherever they are
    goal_event: str = Field(default="", max_length=60)
    leave: Rule | None = None  # fits: they are taken out
    steps: list[Step] = Field(default_factory=list)

    @model_validator(mode="after")
    def ids_are_unique(self) -> Graph:
        seen: set[str] = set()
        for node in nodes(self.steps):
            for one in [node.id, *(b.id for b in node.branches)] if isinstance(node, Split) else [node.id]:
                if one in seen:
                    raise ValueError(f"two steps have the id {one}")
                seen.add(one)
        return self


for model in (WaitFor, Branch, Split, Graph):
    model.model_rebuild()


def sequences(node: Any) -> list[list[Step]]:
    """The sequences inside a node, in the order they are drawn."""
    if isinstance(node, Split):
        return [*(branch.steps for branch in node.branches), node.otherwise]
    if isinstance(node, WaitFor):
        return [node.came, node.timed_out]
    return []


def nodes(steps: list[Step]) -> Iterator[Any]:
    """Every step, in reading order."""
    for node in steps:
        yield node
        for inner in sequences(node):
            yield from nodes(inner)
