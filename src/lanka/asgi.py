"""The one public port: the async edge answers what streams or must be stored at once, everything else goes to the pages."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")

from a2wsgi import WSGIMiddleware
from starlette.types import Message, Receive, Scope, Send

from lanka.core import pool
from lanka.core.live import hub
from lanka.desk.edge import Desks
from lanka.receive.edge import Edge
from lanka.receive.lines import Lines
from lanka.receive.store import Store
from lanka.wsgi import application as pages

THREADS = 6  # pages at once: they wait for the database most of the time


def coroutine(receive: Receive) -> Receive:
    """a2wsgi hands `receive()` to run_coroutine_threadsafe, which refuses granian's own awaitables."""

    async def received() -> Message:
        return await receive()

    return received


class Front:
    def __init__(self) -> None:
        self.lines, self.store, self.desks = Lines(), Store(), Desks()
        self.edge = Edge(self.lines, self.store)
        self.live = self.desks.app()
        self.pages: Any = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]
        self.stack = AsyncExitStack()
        self.tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith(("/in/", "/c/")):
            await self.edge(scope, receive, send)
        elif scope["path"].startswith("/live/"):
            await self.live(scope, receive, send)
        else:
            await self.pages(scope, coroutine(receive), send)

    async def start(self) -> None:
        await self.stack.enter_async_context(pool.opened())
        await self.lines.refresh()
        await hub.start()
        self.tasks = [asyncio.create_task(work) for work in (self.store.run(), self.lines.keep_fresh(), self.desks.run())]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await hub.stop()
        await self.stack.aclose()

    def close_streams(self) -> None:
        self.desks.close()

    async def lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Front()
