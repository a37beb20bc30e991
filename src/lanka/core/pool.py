"""Asynchronous connections for the edge and the listeners, which never touch the ORM."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_pool: AsyncConnectionPool[AsyncConnection] | None = None


def address() -> str:
    """The libpq words of the database that Django uses (in tests, the test database)."""
    from django.db import connection

    wanted = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    options = {k: v for k, v in wanted["OPTIONS"].items() if k not in ("server_side_binding", "pool", "isolation_level")}
    return make_conninfo(**{pq: wanted[django] for django, pq in names.items() if wanted.get(django)}, **options)


def pool() -> AsyncConnectionPool[AsyncConnection]:
    """The process's pool; `opened()` must be around it."""
    if _pool is None:
        raise RuntimeError("the pool is not open: use core.pool.opened()")
    return _pool


@asynccontextmanager
async def opened(size: int = 8) -> AsyncIterator[AsyncConnectionPool[AsyncConnection]]:
    """Opens the pool for this process. It heals by itself when the database restarts."""
    global _pool  # noqa: PLW0603 one pool a process is the point
    kwargs = {"autocommit": True, "application_name": "lanka-edge", "options": f"-c TimeZone={settings.TIME_ZONE and 'UTC'}"}
    mine: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        address(), min_size=2, max_size=size, kwargs=kwargs, open=False, check=AsyncConnectionPool.check_connection, timeout=20
    )
    await mine.open()
    _pool = mine
    try:
        yield mine
    finally:
        _pool = None
        await mine.close()
