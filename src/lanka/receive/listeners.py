"""Protocol listeners and pollers of all lines, restarted when a line's settings change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from lanka.channels.base import Listens, Polls
from lanka.channels.registry import all_channels
from lanka.core import pool
from lanka.core.live import hub
from lanka.receive.lines import Lines
from lanka.receive.store import Store

LOOK = 3.0
LONGEST = 60.0
log = logging.getLogger(__name__)


async def for_ever(name: str, make: Any) -> None:
    """A listener that fails starts again, later each time, and says why."""
    wait = 1.0
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await make()
            log.warning("%s ended, starts again", name)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.error("%s: %s; again in %.0f s", name, error, wait)
        wait = 1.0 if asyncio.get_running_loop().time() - began > LONGEST else min(wait * 2, LONGEST)
        await asyncio.sleep(wait)


def works(lines: Lines, store: Store) -> dict[str, Coroutine[Any, Any, None]]:
    """Name → what runs: one listener a kind over all its lines, one poller a line."""
    found: dict[str, Coroutine[Any, Any, None]] = {}
    for kind, channel in all_channels().items():
        mine = {line.id: line for line in lines.by_id.values() if line.kind == kind}
        if not mine:
            continue
        if isinstance(channel, Listens):
            found[f"{kind} listener"] = for_ever(f"{kind} listener", lambda c=channel, m=mine: c.listen(m, store))
        if isinstance(channel, Polls):
            for line in mine.values():
                found[f"{line.name} poller"] = for_ever(f"{line.name} poller", lambda c=channel, n=line: c.poll(n, store))
    return found


async def stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def listen(stopping: asyncio.Event) -> None:
    """Until `stopping` is set."""
    lines, store = Lines(), Store()
    async with pool.opened(size=4):
        await lines.refresh()
        await hub.start()
        base = [asyncio.create_task(store.run()), asyncio.create_task(lines.keep_fresh())]
        print_now, running = "", list[asyncio.Task[None]]()
        while not stopping.is_set():
            if lines.print != print_now:
                await stop(running)
                print_now = lines.print
                running = [asyncio.create_task(work, name=name) for name, work in works(lines, store).items()]
                log.info("listening: %s", ", ".join(task.get_name() for task in running) or "nothing")
            try:
                await asyncio.wait_for(stopping.wait(), LOOK)
            except TimeoutError:
                continue
        await stop(running)
        await stop(base)
        await hub.stop()
