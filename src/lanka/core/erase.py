"""Files that only the forgotten person's messages held."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from lanka.core.erasing import Counts, Who
from lanka.core.models import Blob

SHA256 = 64  # letters
OUTSIDE = ("core", "town")  # the files themselves; the simulated world, which is not Lanka's


def erase(who: Who) -> Counts:
    """Runs last: what the rooms let go of, and no row of any room names any more."""
    if not who.files:
        return {}
    held = {sha for table, column in columns() for sha in named_in(table, column, sorted(who.files))}
    return {"files": Blob.objects.filter(sha256__in=who.files - held).delete()[0]}


def columns() -> Iterator[tuple[str, str]]:
    """Where the name of a file may stand."""
    for model in apps.get_models():
        room = model._meta.app_config
        if room.name.startswith("lanka.") and room.label not in OUTSIDE:
            for field in model._meta.concrete_fields:
                a_name = isinstance(field, models.CharField) and field.max_length == SHA256
                if field.column and (a_name or isinstance(field, models.JSONField | models.TextField)):
                    yield model._meta.db_table, field.column


def named_in(table: str, column: str, shas: list[str]) -> list[str]:
    """One reading of the table, however many they are."""
    words = "SELECT DISTINCT sha FROM {table}, unnest(%s::text[]) sha WHERE position(sha IN {column}::text) > 0"
    query = sql.SQL(words).format(table=sql.Identifier(table), column=sql.Identifier(column))
    with connection.cursor() as cursor:
        cursor.execute(query, [shas])
        return [sha for (sha,) in cursor.fetchall()]
