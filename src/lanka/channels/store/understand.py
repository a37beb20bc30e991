"""A stored till message as happenings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from lanka.channels.base import Happening, Known, LineView, NotUnderstood, Raw
from lanka.channels.store import qr
from lanka.channels.store.said import KINDS, Entry, read, words


def happenings(line: LineView, raw: Raw) -> Iterable[Happening]:
    kind = raw.path.strip("/")
    key = raw.headers.get("idempotency-key", "") or raw.key
    if kind not in (*KINDS, "batch") or not 0 < len(key) <= 120:
        raise NotUnderstood("a till's message has a kind (visit, purchase, pickup, note, batch) and a key")
    try:
        entries = read(kind, raw.body)
        return [happening(line, raw, entry, entry.key or (f"{key}#{i}" if kind == "batch" else key)) for i, entry in enumerate(entries)]
    except ValidationError as error:
        raise NotUnderstood("; ".join(f"{one['where']}: {one['what']}" for one in words(error))) from error
    except qr.NotOurs as error:
        raise NotUnderstood(str(error)) from error


def happening(line: LineView, raw: Raw, entry: Entry, key: str) -> Happening:
    who, *also = known_of(line, entry, raw)
    return Happening(
        key=key,
        at=entry.moment(raw.received_at),
        who=who,
        kind=entry.kind,
        text=entry.text,
        also=tuple(also),
        name=entry.name,
        data=entry.data(line.settings.store),
    )


def known_of(line: LineView, entry: Entry, raw: Raw) -> list[Known]:
    """What was in a hand is proven; what was told is so only where the clerk, or the company, says so. Raises qr.NotOurs."""
    settings, who = line.settings, entry.who
    believed = entry.checked or settings.trust_told
    found = [Known("card", who.card)] if who.card else []
    if who.qr:
        at = raw.received_at or datetime.now(UTC)
        found.append(qr.read(settings.qr_secret.get_secret_value(), who.qr, at=at, minutes=settings.qr_minutes))
    found += [Known("phone", who.phone, believed)] if who.phone else []
    return found + ([Known("email", who.email, believed)] if who.email else [])


def raw_for(kind: str, *, who: Mapping[str, str], key: str, at: datetime | None = None, **more: Any) -> Raw:
    """What the API would have stored, for a counter page of our own: `more` are the fields of `said.Said`.

    Raises pydantic.ValidationError, ValueError.
    """
    told = {"who": dict(who), **({"at": at.isoformat()} if at else {}), **more}
    body = json.dumps(told, ensure_ascii=False).encode()
    if kind not in KINDS:
        raise ValueError(f"{kind} is none of {', '.join(KINDS)}")
    read(kind, body)
    return Raw(body, {"content-type": "application/json", "idempotency-key": key}, path=kind, received_at=datetime.now(UTC), key=key)
