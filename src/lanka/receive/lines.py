"""The configured lines as the edge and the listeners see them: read by SQL, fresh within seconds, no ORM."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any

from psycopg.rows import dict_row

from lanka.channels.base import LineView
from lanka.channels.registry import all_channels, view_of
from lanka.content.hours import is_open, next_opening
from lanka.core import pool

log = logging.getLogger(__name__)
KNOWN = ("id", "token", "name", "kind", "country")
EVERY = 5.0  # seconds between looks; a change is also told by the topic 'lines'

QUERY = """
SELECT l.id, l.token, l.name, l.kind, l.settings, l.country, b.name AS brand, b.tokens, b.hours, b.country AS brand_country,
       b.time_zone, b.language, b.return_address,
       (SELECT string_agg(coalesce(nullif(u.public_name, ''), split_part(u.name, ' ', 1)), ', ' ORDER BY u.name) FROM people_user u
        WHERE u.is_active AND u.id IN (SELECT user_id FROM conversations_seen WHERE at > now() - interval '15 minutes')) AS agents
FROM channels_line l
LEFT JOIN content_brand b ON b.id = coalesce(l.brand_id, (SELECT min(id) FROM content_brand))
WHERE l.enabled ORDER BY l.id
"""


def brand_tokens(row: dict[str, Any]) -> dict[str, str]:
    """The brand's tokens, and whether it is open now ('1' or '0') and when it opens next (ISO 8601)."""
    if row["brand"] is None:
        return {"name": "Lanka", "open": "1", "opens": ""}
    hours = (row["hours"] or {}, row["brand_country"], row["time_zone"], datetime.now(UTC))
    opens = next_opening(*hours)
    told = {k: str(v) for k, v in (row["tokens"] or {}).items()}
    extra = {
        "opens": opens.isoformat() if opens else "",
        "zone": row["time_zone"],
        "language": row["language"],
        "agents": row["agents"] or "",
    }
    address = "\n".join(row["return_address"])
    return {"name": row["brand"], **told, **extra, "open": "1" if is_open(*hours) else "0", "return_address": address}


class Lines:
    def __init__(self) -> None:
        self.by_token: dict[str, LineView] = {}
        self.by_id: dict[int, LineView] = {}
        self.print = ""  # of the configuration, without what time changes: listeners restart when it differs

    async def refresh(self) -> None:
        async with pool.pool().connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            rows = await (await cursor.execute(QUERY)).fetchall()
        found: list[LineView] = []
        for row in rows:
            if row["kind"] not in all_channels():
                continue
            try:
                found.append(view_of({n: row[n] for n in KNOWN}, row["settings"], brand_tokens(row)))
            except ValueError as error:
                log.error("line %s cannot be used: %s", row["name"], error)
        self.by_token = {line.token: line for line in found}
        self.by_id = {line.id: line for line in found}
        self.print = json.dumps([[r["id"], r["token"], r["kind"], r["settings"], r["country"]] for r in rows], sort_keys=True)

    async def keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.refresh()
            except Exception as error:  # the database is away for a moment: what is known stays in use
                log.warning("lines: %s", error)
