"""Five channels as unlike as the real ones, without a world behind them: for tests of what stands above the channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from pydantic import BaseModel

from lanka.channels import registry
from lanka.channels.base import Capabilities, Channel, File, LineView, Measure, Outbound, Sent

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a34e2a70000000049454e44ae426082"
)


class NoSettings(BaseModel):
    pass


class Stub(Channel):
    Settings = NoSettings
    can_do: Capabilities

    def can(self, line: LineView) -> Capabilities:
        return self.can_do

    def send(self, line: LineView, out: Outbound) -> Sent:
        return Sent(ref=out.id)


class Mail(Stub):
    kind, name, color = "email", "Email", "oklch(60% .13 250)"
    can_do = Capabilities(address="email", subject=True, html=True, files=True, file_limit=20_000_000, receipts=("delivered", "bounced"))


class Chat(Stub):
    kind, name, color = "chat", "Chat", "oklch(62% .13 165)"
    can_do = Capabilities(
        address="visitor", files=True, typing=True, must_be_online=True, first_contact=False, receipts=("delivered", "read")
    )


class Text(Stub):
    kind, name, color = "sms", "SMS", "oklch(66% .14 75)"
    can_do = Capabilities(address="phone", segmented=True, cost=7, receipts=("delivered",), text_limit=1530)

    def measure(self, line: LineView, text: str) -> Measure:
        parts = max(1, -(-len(text) // 153)) if len(text) > 160 else 1
        return Measure(parts=parts, left=(160 if parts == 1 else parts * 153) - len(text), note="GSM-7")


class Paper(Stub):
    kind, name, color = "letter", "Letter", "oklch(56% .09 45)"
    can_do = Capabilities(
        address="postal", listens=False, subject=True, paper=True, previews=True, cost=165, receipts=("printed", "posted")
    )

    def preview(self, line: LineView, out: Outbound) -> File:
        return File("letter.png", "image/png", PIXEL)


class Counter(Stub):
    kind, name, color = "store", "Shop counter", "oklch(60% .14 310)"
    can_do = Capabilities(address="card", speaks=False)


@contextmanager
def stub_channels() -> Iterator[None]:
    stubs = {stub.kind: stub() for stub in (Mail, Chat, Text, Paper, Counter)}
    folders = [SimpleNamespace(name=kind) for kind in stubs]
    registry.all_channels.cache_clear()
    with (
        patch.object(registry, "folders", lambda: folders),
        patch.object(registry, "entry_points", lambda group: []),
        patch.object(registry, "load", lambda module: stubs[module.rpartition(".")[2]]),
    ):
        registry.all_channels()
        yield
    registry.all_channels.cache_clear()
