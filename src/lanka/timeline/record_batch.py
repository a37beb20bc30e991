"""Many events onto the timeline at once, by COPY: for imports, tills and web shops that report by the thousand."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg.errors
from django.db import connection, transaction

from lanka.core.clock import now

COLUMNS = "public_id, recorded_at, customer_id, at, kind, channel, line_id, conversation_id, key, raw_id, text, data, about_id"
COPY = f"COPY timeline_event ({COLUMNS}) FROM STDIN"
COPY_WITH_IDS = f"COPY timeline_event ({COLUMNS}, id) FROM STDIN"
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


class Happened(NamedTuple):
    """One event, as `record` takes it. `customer`: the id of the base (`customers.batch.resolve_batch`)."""

    customer: int
    kind: str
    at: datetime
    channel: str = ""
    key: str | None = None
    text: str = ""
    data: Mapping[str, Any] | str = "{}"  # a string is JSON already
    line_id: int | None = None
    conversation: int | None = None
    raw_id: int | None = None
    about: int | None = None
    id: int | None = None  # of `new_ids`, where other rows must point at the event; then all of a batch have one


def new_ids(count: int) -> list[int]:
    """Ids for events that are about to be recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('timeline_event', 'id')) FROM generate_series(1, %s)", [count])
        return sorted(row[0] for row in cursor.fetchall())


def record_batch(events: Sequence[Happened]) -> int:
    """Writes the events, in their order; those whose key is known already are left out. Returns how many were new.

    Tells the live desk nothing: whoever imports tells it once, at the end. Ten thousand a call is best: transactions stay short,
    and readers of the timeline wait for the oldest one.
    """
    try:
        return _copy(events)
    except psycopg.errors.UniqueViolation:  # some keys are known: the rare case pays for looking them up, not the usual one
        return _copy(_new_ones(events))


def _copy(events: Sequence[Happened]) -> int:
    if not events:
        return 0
    copy_in = COPY if events[0].id is None else COPY_WITH_IDS
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(copy_in) as copy:
        copy.write(_lines(events))
    return len(events)


def _lines(events: Sequence[Happened]) -> str:
    """COPY's text format. Ids are made in one go: UUIDv7, as `core.ids`."""
    recorded = now().isoformat()
    dice, stamp = os.urandom(10 * len(events)).hex(), f"{time.time_ns() // 1_000_000:012x}"
    lines = []
    for n, event in enumerate(events):
        r = dice[n * 20 : n * 20 + 20]
        customer, kind, at, channel, key, text, data, line_id, conversation, raw_id, about, own = event
        fields = (
            f"{stamp}7{r[1:4]}{'89ab'[int(r[4], 16) & 3]}{r[5:]}",
            recorded,
            str(customer),
            at.isoformat(),
            _text(kind),
            _text(channel),
            _number(line_id),
            _number(conversation),
            NULL if key is None else _text(key),
            _number(raw_id),
            _text(text),
            data if data == "{}" else _text(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)),
            _number(about),
        )
        lines.append("\t".join(fields if own is None else (*fields, str(own))))
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return value if value.isalnum() else value.translate(ESCAPES)


def _number(value: int | None) -> str:
    return NULL if value is None else str(value)


def _new_ones(events: Sequence[Happened]) -> list[Happened]:
    """Without those that the timeline, or an earlier one of these, has the key of."""
    keys = [event.key for event in events if event.key is not None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM timeline_event WHERE key = ANY(%s)", [keys])
        known = {row[0] for row in cursor.fetchall()}
    fresh = []
    for event in events:
        if event.key is None or event.key not in known:
            known.add(event.key)
            fresh.append(event)
    return fresh
