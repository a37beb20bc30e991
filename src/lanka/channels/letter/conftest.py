"""Fixtures of the letter's tests: a home of its own, a line, a letter to Helvi, an inbox that remembers."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from lanka import config
from lanka.channels.base import (
    LineView,
    Outbound,
    Receipt,
    Sender,
)
from lanka.channels.kept import Kept
from lanka.channels.letter import Letter
from lanka.channels.letter.settings import Settings
from lanka.core.ids import uuid7

LETTER = Letter()
HELVI = "Helvi Rautio\nMannerheimintie 12 A 4\n00100 Helsinki"
BRAND = {
    "name": "Pyörä & Polku",
    "color": "#1d6b52",
    "web": "www.pyorapolku.example",
    "phone": "+358 9 555 0110",
    "return_address": "Pyörä & Polku\nAnnankatu 31\n00100 Helsinki",
}
AINO = Sender("Pyörä & Polku", "Aino Virtanen", BRAND)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "HOME", tmp_path)
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "1")
    return tmp_path


def line(**settings: Any) -> LineView:
    return LineView(1, "token", "Post", "letter", Settings(**{"poll_seconds": 1, **settings}), brand=BRAND)


def letter(text: str = "Hei Helvi,\n\nkiitos kirjeestäsi.", to: str = HELVI, **more: Any) -> Outbound:
    return Outbound(**{"id": str(uuid7()), "to": to, "text": text, "sender": AINO, "subject": "Hyvitys", "language": "fi", **more})


def receipts_of(raws: Kept, where: LineView) -> list[Receipt]:
    return [item for raw in raws.raws.values() for item in LETTER.receive(where, raw) if isinstance(item, Receipt)]


async def poll_until(where: LineView, wanted: int, seconds: float = 20) -> list[Receipt]:
    kept = Kept()
    task = asyncio.create_task(LETTER.poll(where, kept))
    end = time.monotonic() + seconds
    while len(kept.raws) < wanted and time.monotonic() < end:
        await asyncio.sleep(0.05)
    task.cancel()
    return receipts_of(kept, where)
