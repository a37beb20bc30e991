"""What came of a batch, written in sets: attempts end, deliveries move, the timelines tell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from lanka.channels.base import ChannelError, Misconfigured, Sent, Throttled, Unavailable, Uncertain, Unreachable
from lanka.channels.models import Exchange, Line
from lanka.channels.redact import exchange
from lanka.channels.registry import channel, view
from lanka.core import live
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.decide.suppress import suppress
from lanka.deliver.claim import Claimed
from lanka.deliver.models import State
from lanka.timeline.models import MessageId
from lanka.timeline.record import record
from lanka.timeline.record_batch import Happened, record_batch

BACK_OFF = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200, 14400)]
OF_THE_LINE = (Unavailable, Misconfigured, Throttled)  # it is not about this person


class Tried(NamedTuple):
    """One hand-over and its outcome."""

    row: Claimed
    result: Sent | ChannelError
    at: datetime
    milliseconds: int = 0


class Outcome(NamedTuple):
    """Where a delivery goes from 'claimed'."""

    state: State
    kind: str  # of the event; '' tells nothing
    why: str = ""
    not_before: datetime | None = None
    fallback_at: datetime | None = None


def outcome(tried: Tried) -> Outcome:
    row, result = tried.row, tried.result
    if isinstance(result, Sent):
        done = result.final or result.state == "delivered"
        silent = now() + timedelta(hours=row.patience) if row.ladder and row.patience else None
        state, kind = (State.DELIVERED, "receipt.delivered") if done else (State.HANDED, "receipt.sent")
        return Outcome(state, kind, fallback_at=silent)
    waits = result.again or (isinstance(result, Misconfigured) and row.verdict is not None)  # a campaign waits until the line is mended
    if waits and row.attempt <= len(BACK_OFF):
        return Outcome(State.HELD, "", result.words, now() + (result.after or BACK_OFF[row.attempt - 1]))
    if isinstance(result, Uncertain):
        return Outcome(State.UNCERTAIN, "receipt.uncertain", result.words)
    return Outcome(State.FAILED, "receipt.failed", result.words, fallback_at=now() if row.ladder else None)


# What a receipt has told meanwhile is not taken back.
MOVE = """
UPDATE deliver_delivery d SET
  state = CASE WHEN d.state IN ('claimed', 'uncertain', 'planned', 'held') THEN n.state ELSE d.state END,
  why = n.why, not_before = coalesce(n.not_before, d.not_before), lease_until = NULL, changed_at = %s,
  fallback_at = CASE WHEN d.state IN ('claimed', 'uncertain', 'planned', 'held') THEN n.fallback_at ELSE d.fallback_at END,
  ref = CASE WHEN n.ref = '' THEN d.ref ELSE n.ref END, parts = n.parts, cost = d.cost + n.cost, currency = n.currency
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::int[],
  %s::int[], %s::text[]) n(id, state, why, not_before, fallback_at, ref, parts, cost, currency)
WHERE d.id = n.id
"""
END = """
UPDATE deliver_attempt a SET ended_at = n.at, outcome = n.outcome, words = n.words
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::text[], %s::text[]) n(delivery, number, at, outcome, words)
WHERE a.delivery_id = n.delivery AND a.number = n.number
"""


@transaction.atomic
def settle(line: Line, done: Sequence[Tried]) -> None:
    """One transaction for the batch. Told twice it changes nothing more."""
    if not done:
        return
    ends = [outcome(tried) for tried in done]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, moves(done, ends))
        cursor.execute(END, ended(done, ends))
    tell(line, done, ends)
    exchanged(line, done)
    close_addresses(line, done)


def moves(done: Sequence[Tried], ends: Sequence[Outcome]) -> list[Any]:
    """Columns for `MOVE`."""
    sents = [tried.result if isinstance(tried.result, Sent) else None for tried in done]
    return [
        now(),
        [tried.row.id for tried in done],
        [end.state.value for end in ends],
        [end.why for end in ends],
        [end.not_before for end in ends],
        [end.fallback_at for end in ends],
        [sent.ref[:200] if sent else "" for sent in sents],
        [sent.parts if sent else 1 for sent in sents],
        [sent.cost if sent else 0 for sent in sents],
        [sent.currency if sent else "EUR" for sent in sents],
    ]


def ended(done: Sequence[Tried], ends: Sequence[Outcome]) -> list[Any]:
    """Columns for `END`."""
    return [
        [tried.row.id for tried in done],
        [tried.row.attempt for tried in done],
        [tried.at for tried in done],
        ["handed" if isinstance(tried.result, Sent) else type(tried.result).__name__.lower() for tried in done],
        [end.why for end in ends],
    ]


def tell(line: Line, done: Sequence[Tried], ends: Sequence[Outcome]) -> None:
    """One event for each person. What belongs to a conversation is told to the desks that show it."""
    many = []
    for tried, end in zip(done, ends, strict=True):
        row = tried.row
        if not end.kind:
            continue
        key = f"delivered:{row.id}" if end.kind == "receipt.delivered" else f"{end.kind.removeprefix('receipt.')}:{row.id}:{row.attempt}"
        if row.conversation:
            tell_desk(line, tried, end, key)
            continue
        data = json.dumps({"address": row.address} | ({"message": row.message} if row.message else {}), ensure_ascii=False)
        many.append(Happened(row.customer, end.kind, tried.at, row.channel, key, end.why, data, line.pk, about=row.event))
    record_batch(many)
    live.tell("sent", {"line": line.pk, "messages": sorted({t.row.message for t in done if t.row.message})[:50]})


def tell_desk(line: Line, tried: Tried, end: Outcome, key: str) -> None:
    row = tried.row
    where = {"channel": row.channel, "line_id": line.pk, "conversation": row.conversation, "about": row.event}
    record(Customer(pk=row.customer), end.kind, at=tried.at, key=key, text=end.why, data={"address": row.address}, **where)  # type: ignore[arg-type]
    live.tell("inbox", {"conversation": row.conversation})
    if isinstance(tried.result, Sent) and tried.result.ref:
        MessageId.objects.get_or_create(line_id=line.pk, value=tried.result.ref[:500], defaults={"event_id": row.event})


def exchanged(line: Line, done: Sequence[Tried]) -> None:
    """The log of the line: each refusal and each answer of an agent by itself, the rest of a batch in one row."""
    rest = [tried for tried in done if isinstance(tried.result, Sent) and not tried.row.conversation]
    many = len(rest) > 1
    rows = [one_exchange(line, tried) for tried in done if not (many and tried in rest)]
    if many:
        took = sum(tried.milliseconds for tried in rest)
        rows.append(exchange(line, what="send", ok=True, said=f"{len(rest)} messages", heard="all were taken", milliseconds=took))
    Exchange.objects.bulk_create(rows)


def one_exchange(line: Line, tried: Tried) -> Exchange:
    result, row = tried.result, tried.row
    return exchange(
        line,
        what="send",
        ok=isinstance(result, Sent),
        said=f"to {row.address}: {str(row.out.get('text', ''))[:200]}",
        heard=(result.ref if isinstance(result, Sent) else f"{type(result).__name__}: {result.words}")[:2000],
        milliseconds=tried.milliseconds,
        ref=str(row.public_id),
    )


def close_addresses(line: Line, done: Sequence[Tried]) -> None:
    for tried in done:
        if isinstance(tried.result, Unreachable):
            suppress(channel(line.kind).can(view(line)).address, tried.row.address, tried.result.words)
