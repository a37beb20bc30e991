"""Shared by this folder's tests: a line, a fake operator, an inbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from lanka.channels.base import Inbound, Item, LineView, Outbound, Raw, Sender
from lanka.channels.sms import Sms, send
from lanka.channels.sms.fake import Fake
from lanka.channels.sms.settings import Settings


@dataclass
class Kept:
    """An inbox without a database."""

    raws: dict[str, Raw] = field(default_factory=dict)
    broken: bool = False

    async def put(self, line: LineView, raw: Raw) -> bool:
        if self.broken:
            raise OSError("the database is away")
        new = raw.key not in self.raws
        self.raws.setdefault(raw.key, raw)
        return new

    async def recall(self, line: LineView, prefix: str, since: datetime) -> list[Raw]:
        return [raw for raw in self.raws.values() if raw.key.startswith(prefix) and raw.received_at and raw.received_at >= since]

    def items(self, line: LineView) -> list[Item]:
        return [item for raw in self.raws.values() for item in Sms().receive(line, raw)]

    def texts(self, line: LineView) -> list[str]:
        return [item.text for item in self.items(line) if isinstance(item, Inbound)]


@pytest.fixture(autouse=True)
def _private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "1")


@pytest.fixture
def operator() -> Iterator[Fake]:
    fake = Fake().start()
    yield fake
    fake.stop()


def smpp(fake: Fake, **changes: Any) -> LineView:
    wanted = {
        "sender": "+358457500100",
        "host": "127.0.0.1",
        "port": fake.smpp_port,
        "tls": False,
        "system_id": "lanka",
        "password": "secret",
    }
    return LineView(1, "t0ken", "SMS Helsinki", "sms", Settings.model_validate(wanted | {"rate": 1000, "price": 6} | changes))


def http(fake: Fake, **changes: Any) -> LineView:
    wanted = {"gateway": "http", "sender": "+358457500100", "url": f"http://127.0.0.1:{fake.http_port}/messages", "price": 6}
    return LineView(
        2, "t0ken", "SMS gateway", "sms", Settings.model_validate(wanted | {"token": "token", "webhook_secret": "webhook"} | changes)
    )


@pytest.fixture
def line(operator: Fake) -> Iterator[LineView]:
    yield smpp(operator)
    send.transmitters.lines.clear()


def message(text: str = "Pyöräsi on valmis!", to: str = "+358405550134", id: str = "0197-1") -> Outbound:
    return Outbound(id=id, to=to, text=text, sender=Sender("Pyörä & Polku"))
