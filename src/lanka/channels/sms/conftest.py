"""Shared by this folder's tests: a line, a fake operator, an inbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lanka.channels import kept
from lanka.channels.base import Inbound, Item, LineView, Outbound, Sender
from lanka.channels.sms import Sms, send
from lanka.channels.sms.fake import Fake
from lanka.channels.sms.settings import Settings


class Kept(kept.Kept):
    """With what was understood of it."""

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
