"""Somebody left: told once for each thing they last saw, and only when they do not come straight back (a click leads to the next page)."""

from __future__ import annotations

import asyncio
import logging

from psycopg import Error as DatabaseError

from lanka.channels.chat import rows
from lanka.channels.chat.doors import Caller
from lanka.channels.chat.tokens import new_key
from lanka.channels.presence import ALIVE
from lanka.core import clock, pool

GRACE = 20.0
log = logging.getLogger(__name__)
_looks: dict[tuple[int, str], asyncio.Task[None]] = {}


async def there(line_id: int, address: str) -> bool:
    sql = "SELECT 1 FROM channels_online WHERE line_id = %s AND address = %s AND seen_at > %s LIMIT 1"
    async with pool.pool().connection() as on:
        return await (await on.execute(sql, (line_id, address, clock.now() - ALIVE))).fetchone() is not None


def look_later(caller: Caller, page: str = "") -> None:
    who = (caller.line.id, caller.visitor)
    if who not in _looks:
        _looks[who] = asyncio.create_task(_look(caller, page))
        _looks[who].add_done_callback(lambda _: _looks.pop(who, None))


async def _look(caller: Caller, page: str) -> None:
    await asyncio.sleep(GRACE)
    try:
        if await there(caller.line.id, caller.visitor):
            return
        seq = await rows.last_seq(caller.line.id, caller.visitor)
        if seq:
            await caller.keep("left", new_key(caller.visitor, "left", seq), {"page": page, "seq": seq} if page else {"seq": seq})
    except (DatabaseError, OSError) as error:
        log.warning("chat: could not tell that a visitor left: %s", error)
