"""The history in memory, before it is written: what happened, in which conversation, with what delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lanka.commerce.models import Order
from lanka.conversations.models import Conversation
from lanka.core.ids import uuid7
from lanka.people.models import User
from lanka.town.people import Person


@dataclass(eq=False)
class Entry:
    """One event to be. `about`: the entry that this one is about."""

    person: Person
    at: datetime
    kind: str
    channel: str = ""
    talk: Talk | None = None
    actor: User | None = None
    about: Entry | None = None
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    state: str = ""  # of its delivery, for what went out
    id: int = 0
    public_id: UUID = field(default_factory=uuid7)


@dataclass(eq=False)
class Talk:
    """A conversation to be, with its row kept as the verbs would keep it."""

    person: Person
    row: Conversation
    entries: list[Entry] = field(default_factory=list)
    unread: bool = False

    @property
    def last(self) -> datetime:
        return max(entry.at for entry in self.entries)


@dataclass
class Book:
    entries: list[Entry] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    orders: list[tuple[Person, Order]] = field(default_factory=list)

    def add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        if entry.talk:
            entry.talk.entries.append(entry)
            follow(entry.talk.row, entry)
        return entry

    def open(self, person: Person, at: datetime, subject: str = "") -> Talk:
        row = Conversation(subject=subject, language=person.language, created_at=at, last_at=at, channels=[])
        self.talks.append(talk := Talk(person, row))
        return talk


def follow(row: Conversation, entry: Entry) -> None:
    """What the verbs of `conversations` do to the row, for an event of the past."""
    if entry.kind in ("message.in", "message.out"):
        row.channel, row.preview, row.preview_out = entry.channel, " ".join(entry.text.split())[:200], entry.kind == "message.out"
        row.channels = list(dict.fromkeys([*row.channels, entry.channel]))
        row.last_at = max(row.last_at, entry.at)
    changes = FOLLOW.get(entry.kind)
    if changes:
        for name, value in changes(row, entry).items():
            setattr(row, name, value)


def _in(row: Conversation, entry: Entry) -> Mapping[str, Any]:
    waiting = row.waiting_since or entry.at
    return {"state": "open", "last_in_at": entry.at, "waiting_since": waiting, "snoozed_until": None, "closed_at": None}


def _out(row: Conversation, entry: Entry) -> Mapping[str, Any]:
    return {"state": "waiting", "last_out_at": entry.at, "waiting_since": None, "assignee": row.assignee or entry.actor}


def _note(row: Conversation, entry: Entry) -> Mapping[str, Any]:
    return {"last_at": max(row.last_at, entry.at), "preview": row.preview or entry.text[:200]}


FOLLOW: dict[str, Callable[[Conversation, Entry], Mapping[str, Any]]] = {
    "message.in": _in,
    "message.out": _out,
    "note": _note,
    "closed": lambda row, entry: {"state": "closed", "closed_at": entry.at, "waiting_since": None},
    "snoozed": lambda row, entry: {"state": "snoozed", "snoozed_until": datetime.fromisoformat(entry.data["until"])},
    "tagged": lambda row, entry: {"tags": list(dict.fromkeys([*row.tags, *entry.data["added"]]))},
}


def soon(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)
