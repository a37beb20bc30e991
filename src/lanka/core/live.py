"""News between processes by LISTEN/NOTIFY: a topic and a small word, heard at commit, never a row's content."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from lanka.core import pool

CHANNEL = "lanka_live"
log = logging.getLogger(__name__)

News = tuple[str, dict[str, Any]]


def tell(topic: str, data: Mapping[str, Any] | None = None) -> None:
    """Inside a Django transaction: heard by every process at commit, not at all after a rollback."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([topic, data or {}])])


class Subscription:
    """`async for topic, data in subscription`; `waiting()` gives at once what has gathered."""

    def __init__(self, queue: asyncio.Queue[News]) -> None:
        self.queue = queue

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> News:
        return await self.queue.get()

    def waiting(self) -> list[News]:
        return [self.queue.get_nowait() for _ in range(self.queue.qsize())]


class Hub:
    """One LISTEN connection a process; hands each piece of news to whoever subscribed to its topic."""

    def __init__(self) -> None:
        self.ears: dict[str, set[asyncio.Queue[News]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    async def start(self) -> None:
        self.listening = asyncio.Event()
        self.task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self.task:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def tell(self, topic: str, data: Mapping[str, Any] | None = None) -> None:
        async with pool.pool().connection() as connection:
            await connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([topic, data or {}])])

    @asynccontextmanager
    async def subscribe(self, *topics: str, room: int = 1000) -> AsyncIterator[Subscription]:
        """A reader that falls `room` pieces behind hears `("lost", {})` and should reload what it shows."""
        mine = Subscription(asyncio.Queue(room))
        for topic in topics:
            self.ears[topic].add(mine.queue)
        try:
            yield mine
        finally:
            for topic in topics:
                self.ears[topic].discard(mine.queue)
                if not self.ears[topic]:
                    del self.ears[topic]

    def spread(self, topic: str, data: dict[str, Any]) -> None:
        """To all who listen to the topic, or to '*'."""
        for queue in [*self.ears.get(topic, ()), *self.ears.get("*", ())]:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(("lost", {}))
            else:
                queue.put_nowait((topic, data))

    async def _listen(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(pool.address(), autocommit=True, application_name="lanka-live")
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    if self.listening.is_set():  # news may have passed while we were away: everybody looks again
                        for topic in list(self.ears):
                            self.spread_lost(topic)
                    self.listening.set()
                    async for notice in connection.notifies():
                        topic, data = json.loads(notice.payload)
                        self.spread(topic, data)
            except (psycopg.Error, OSError) as error:
                log.warning("live: no ear to the database (%s), again in a second", error)
            await asyncio.sleep(1)

    def spread_lost(self, topic: str) -> None:
        for queue in self.ears.get(topic, ()):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(("lost", {}))


hub = Hub()
