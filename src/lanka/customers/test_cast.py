"""What the tests of this room share: contacts told in one line, and a picture of all tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from lanka.customers.recognise import Recognition, recognise

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MAIL, PHONE, CARD = "maija.laine@example.fi", "+358405550134", "PP-20931"
TABLES = ("customer", "identifier", "claim", "alias", "fact", "shared")


@dataclass(frozen=True)
class Known:
    kind: str
    value: str
    proven: bool = True


def meets(
    *known: tuple[str, str], typed: tuple[tuple[str, str], ...] = (), name: str = "", hours: int = 0, source: str = "shop"
) -> Recognition:
    identifiers = [Known(*one) for one in known] + [Known(*one, proven=False) for one in typed]
    return recognise(identifiers, at=NOON + timedelta(hours=hours), source=source, name=name, language="fi")


def snapshot() -> dict[str, list[tuple]]:
    """Every row of the room but the evidence."""
    state = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM customers_{table} t ORDER BY 1")
            state[table] = cursor.fetchall()
    return state
