"""The inbox of the channels' tests: in memory, keeps each key once, as `receive` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lanka.channels.base import LineView, Raw


@dataclass
class Kept:
    """`broken`: the database is away, nothing is taken."""

    raws: dict[str, Raw] = field(default_factory=dict)
    broken: bool = False

    async def put(self, line: LineView, raw: Raw) -> bool:
        if self.broken:
            raise OSError("the database is away")
        new = raw.key not in self.raws
        self.raws.setdefault(raw.key, raw)
        return new

    async def recall(self, line: LineView, prefix: str, since: datetime) -> list[Raw]:
        return [raw for raw in self.raws.values() if raw.key.startswith(prefix) and (raw.received_at is None or raw.received_at >= since)]
