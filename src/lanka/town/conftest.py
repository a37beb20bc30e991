"""One seeded town for all tests here; emptied afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from lanka.town.seed import seed

ROOMS = ("people", "customers", "timeline", "channels", "content", "commerce", "conversations", "decide", "deliver", "outreach", "town")


@pytest.fixture(scope="package")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        assert seed(120)
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND split_part(tablename, '_', 1) = ANY(%s)", [list(ROOMS)]
            )
            cursor.execute(f"TRUNCATE {', '.join(name for (name,) in cursor.fetchall())} CASCADE")
