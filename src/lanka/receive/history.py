"""What happened elsewhere, by the thousand: from an old system, a till, a web shop. Resolved to people and put on the timeline.

Two stages side by side: while one batch is written by COPY, it is already found out whose the next one is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lanka.customers.batch import Contact, resolve_batch
from lanka.customers.normalise import Key, normalise
from lanka.timeline.record_batch import Happened, record_batch

BATCH = 10_000
SOURCE = "history"


class Past(NamedTuple):
    """One thing that happened, and who it happened to (`customers.batch.Contact`)."""

    contact: Contact
    kind: str
    key: str
    channel: str = ""
    text: str = ""
    data: dict[str, Any] | str = "{}"


class Who(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: str = Field(pattern="^(email|phone|visitor|card|order|crm|account)$")
    value: str = Field(min_length=1, max_length=320)
    proven: bool = True


class Line(BaseModel):
    """One line of a file: `{"at", "kind", "key", "who": [{"kind", "value"}], "name", "language", "country", "channel", "text", "data"}`."""

    model_config = ConfigDict(extra="forbid")
    at: AwareDatetime
    kind: str = Field(pattern=r"^[a-z][a-z_.]{0,39}$")
    key: str = Field(min_length=1, max_length=200)  # the same key is the same event, however often it is told
    who: list[Who] = Field(min_length=1, max_length=20)
    name: str = Field(default="", max_length=200)
    language: str = Field(default="", max_length=10)
    country: str = Field(default="FI", pattern="^[A-Z]{2}$")
    channel: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=100_000)
    data: dict[str, Any] = Field(default_factory=dict)


def past_of(line: Line, source: str = SOURCE) -> Past:
    """Raises ValueError when nothing in `who` tells somebody from anybody."""
    keys: list[Key] = [key for who in line.who if (key := normalise(who, line.country))]
    if not keys:
        raise ValueError("nothing here tells who it was")
    contact = Contact(keys, line.at.astimezone(UTC), source, line.name, line.language)
    return Past(contact, line.kind, f"{source}:{line.key}", line.channel, line.text, line.data or "{}")


def batches(past: Iterable[Past], size: int = BATCH) -> Iterator[list[Past]]:
    source = iter(past)
    while batch := list(islice(source, size)):
        yield batch


def take_in(past: Iterable[Sequence[Past]]) -> Iterator[int]:
    """Of each batch, once it is durable, how many were new. May be stopped anywhere and told again: what is known is left out."""
    with ThreadPoolExecutor(1, "history") as writer:
        waiting: deque[Future[int]] = deque()
        try:
            for batch in past:
                bases = resolve_batch([one.contact for one in batch])
                waiting.append(writer.submit(write, batch, bases))
                if len(waiting) > 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            writer.submit(connection.close)


def write(batch: Sequence[Past], bases: Sequence[int]) -> int:
    return record_batch([happened(one, base) for one, base in zip(batch, bases, strict=True)])


def happened(one: Past, base: int) -> Happened:
    at: datetime = one.contact.at
    return Happened(base, one.kind, at, one.channel, one.key, one.text, one.data)
