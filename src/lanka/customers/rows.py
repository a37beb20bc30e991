"""Raw SQL on Django's own connection and in its transaction: prepared, without the ORM's cost. And the room's one lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from django.db import connection

IDENTITY_LOCK = 0x4C414E4B41_01  # 'LANKA', 1
MANY = 20  # rows
Row = tuple[Any, ...]


def rows(sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """Runs one statement; what it returns, as tuples."""
    with connection.wrap_database_errors, _cursor() as cursor:
        cursor.execute(sql, params, prepare=True)
        return cursor.fetchall() if cursor.description else []


def insert(table: str, spec: str, listed: Sequence[Row]) -> None:
    """`spec`: 'column type, …' in the order of the rows. Many rows go by COPY."""
    names, types = zip(*(column.split() for column in spec.split(", ")), strict=True)
    if 0 < len(listed) < MANY:
        arrays = ", ".join(f"%s::{sort}[]" for sort in types)
        rows(f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({arrays})", columns(listed, len(names)))  # noqa: S608
    elif listed:
        with connection.wrap_database_errors, _cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in listed:
                copy.write_row(row)


def _cursor() -> psycopg.Cursor[Row]:
    if connection.connection is None or not connection.in_atomic_block:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    raw = cast("psycopg.Connection[Row]", connection.connection)
    raw.prepare_threshold = 5  # Django turns preparing off for all; its own cursors bind in the client and never prepare
    return psycopg.Cursor(raw)


def lock() -> None:
    """Whoever changes who is who waits here, until the commit. The next statement sees what the one before has committed
    (READ COMMITTED): so lock first, then read again.
    """
    rows("SELECT pg_advisory_xact_lock(%s)", (IDENTITY_LOCK,))


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("\\u0000", "")


def columns(table: Sequence[Row], width: int) -> list[list[Any]]:
    """Rows turned into one list a column, for `unnest`."""
    return [[row[n] for row in table] for n in range(width)]
