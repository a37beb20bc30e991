"""A chat line on a real server on a free port, with a real database behind it and an inbox that remembers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.responses import HTMLResponse, PlainTextResponse

from lanka.channels.base import Item, LineView, Outbound, Sender
from lanka.channels.chat import Chat, doors
from lanka.channels.chat.fake import Visitor
from lanka.channels.chat.settings import Settings
from lanka.channels.kept import Kept
from lanka.channels.models import Line
from lanka.core import pool
from lanka.core.ids import uuid7
from lanka.core.live import hub

BRAND = {"name": "Pyörä & Polku", "color": "#c8372d", "open": "1", "agents": "Aino, Ville"}
CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; require-trusted-types-for 'script'"
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Pyörä &amp; Polku</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"></head>
<body><h1>Kuura 54 cm</h1><p>Matkapyörä pitkille lenkeille.</p><p><a href="/shop/next">Seuraava</a></p>
<script src="/c/{token}/widget.js" async></script></body></html>"""


@dataclass
class Hosted:
    line: LineView
    url: str
    inbox: Kept = field(default_factory=Kept)
    others: dict[str, LineView] = field(default_factory=dict)
    lang: str = "fi"
    down: bool = False
    strict: bool = True

    @property
    def base(self) -> str:
        return f"{self.url}/c/{self.line.token}/"

    def visitor(self, **more: Any) -> Visitor:
        return Visitor(self.base, **more)

    def items(self, path: str = "") -> list[Item]:
        return [i for raw in list(self.inbox.raws.values()) if path in ("", raw.path) for i in Chat().receive(self.line, raw)]

    def answer(self, visitor: str, text: str, **more: Any) -> str:
        out = Outbound(str(uuid7()), visitor, text, Sender("Pyörä & Polku", name=more.pop("name", "Aino")), **more)
        Chat().send(self.line, out)
        return out.id

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if self.down:
            await PlainTextResponse("down", 503)(scope, receive, send)
        elif path.startswith("/c/"):
            token = path.split("/")[2]
            line = {self.line.token: self.line, **self.others}[token]
            inner = {**scope, "lanka.line": line, "lanka.inbox": self.inbox, "root_path": f"/c/{token}"}
            await self.app(inner, receive, send)
        elif path.startswith("/shop"):
            headers = {"content-security-policy": CSP} if self.strict else {}
            await HTMLResponse(PAGE.format(lang=self.lang, token=self.line.token), headers=headers)(scope, receive, send)
        else:
            await PlainTextResponse("no", 404)(scope, receive, send)

    app: Any = field(default_factory=lambda: Chat().serve())


def a_line(**settings: Any) -> LineView:
    stored = Line.objects.create(kind="chat", name="Chat of the web shop", settings=settings)
    return LineView(stored.id, stored.token, stored.name, "chat", Settings(**settings), "FI", "http://lanka.example.com", BRAND)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serve(app: Any, port: int, ready: threading.Event, stop: threading.Event) -> None:
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, websockets=False, log_level=LogLevels.error)
    async with pool.opened():
        await hub.start()
        await hub.listening.wait()
        task = asyncio.create_task(server.serve())
        while not stop.is_set():
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                ready.set()
            await asyncio.sleep(0.05)
        server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(BaseException):
            await asyncio.wait_for(task, 5)
        await hub.stop()


@pytest.fixture
def hosted(transactional_db: None) -> Iterator[Hosted]:
    doors.pace.buckets.clear()
    port = free_port()
    app = Hosted(a_line(), f"http://127.0.0.1:{port}")
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve(app, port, ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(15)
    yield app
    stop.set()
    thread.join(15)
