"""The desk's live side: one stream a browser, rows rendered once and pushed, typing and viewing passed on. Async, no ORM."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from lanka.core import pool
from lanka.core.live import hub
from lanka.desk.live import render

WINDOW = 0.015  # seconds that changes gather before they are rendered together
END = b""
HEARTBEAT = 20.0
log = logging.getLogger(__name__)
VIEWING = 45.0  # seconds after which a silent viewer is gone

USER = """SELECT u.id, u.name, u.role, ARRAY(SELECT team_id FROM people_team_members m WHERE m.user_id = u.id)
FROM people_user u WHERE u.id = %s AND u.is_active"""


def fresh(topics: list[str]) -> dict[str, str]:
    """The renderer, in a thread of its own connection, which a restarted database must not spoil."""
    close_old_connections()
    return render(topics)


@dataclass(frozen=True, slots=True)
class Viewer:
    id: int
    name: str
    role: str
    teams: tuple[int, ...]

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()


@dataclass(eq=False, slots=True)
class Ear:
    """One open stream."""

    viewer: Viewer
    topics: set[str]
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(501))

    def hear(self, event: str, data: Any) -> None:
        piece = f"event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
        if self.queue.qsize() >= 500:  # too slow: it reloads what it shows
            while not self.queue.empty():
                self.queue.get_nowait()
            piece = b"event: lost\ndata: {}\n\n"
        self.queue.put_nowait(piece)


async def viewer_of(request: Request) -> Viewer | None:
    """Who is signed in, by Django's own session row."""
    key = request.cookies.get(settings.SESSION_COOKIE_NAME, "")
    async with pool.pool().connection() as connection:
        found = await connection.execute("SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()", [key])
        row = await found.fetchone()
        user_id = SessionStore().decode(row[0]).get("_auth_user_id") if row else None
        if not user_id:
            return None
        user = await (await connection.execute(USER, [int(user_id)])).fetchone()
    return Viewer(user[0], user[1], user[2], tuple(user[3])) if user else None


class Desks:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.ears: set[Ear] = set()
        self.viewing: dict[tuple[int, int], tuple[float, dict[str, Any]]] = {}

    async def run(self) -> None:
        """Hears everything once, renders what changed once, gives it to every desk that listens."""
        async with hub.subscribe("*", room=10_000) as news:
            while True:
                first = await anext(news)
                await asyncio.sleep(WINDOW)
                events: dict[str, list[dict[str, Any]]] = {}
                for topic, data in [first, *news.waiting()]:
                    events.setdefault(topic, []).append(data)
                try:
                    await self.push(events)
                except Exception:  # the database is away for a moment: the desks look again when it is back
                    log.exception("live: rendering failed")
                    await self.push({"lost": [{}]})

    async def push(self, events: dict[str, list[dict[str, Any]]]) -> None:
        if not self.ears:
            return
        if "lost" in events:
            for ear in self.ears:
                ear.hear("lost", {})
            return
        rows = [topic for topic in events if topic.startswith("conversation:")]
        rows += [f"conversation:{d['conversation']}" for d in events.get("inbox", []) if "conversation" in d]
        rendered = await asyncio.to_thread(fresh, sorted(set(rows))) if rows else {}
        for topic, html in rendered.items():
            thread = events.get(topic, [])
            for ear in self.ears:
                if "inbox" in ear.topics or topic in ear.topics:
                    ear.hear("conversation", {**(html if isinstance(html, dict) else {"html": html}), "topic": topic, "events": thread})
        for topic, pieces in events.items():
            if topic.startswith("conversation:") or topic == "inbox":
                continue
            for ear in [ear for ear in self.ears if topic in ear.topics]:
                for data in pieces:
                    ear.hear(topic.split(":", 1)[0], {"topic": topic, **data})

    def close(self) -> None:
        """The process stops: every open stream ends, the browsers come back to the next one."""
        for ear in self.ears:
            ear.queue.put_nowait(END)

    async def stream(self, request: Request) -> Response:
        viewer = await viewer_of(request)
        if viewer is None:
            return JSONResponse({"error": "sign in"}, 401)
        wanted = {t for t in request.query_params.get("topics", "").split(",") if t}
        ear = Ear(viewer, (wanted or {"inbox"}) | {f"user:{viewer.id}", "presence"})
        return StreamingResponse(
            self.pieces(ear), media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
        )

    async def pieces(self, ear: Ear) -> AsyncIterator[bytes]:
        self.came(ear)
        try:
            yield b"retry: 2000\nevent: hello\ndata: {}\n\n"
            for (conversation, _), (seen, data) in list(self.viewing.items()):
                if f"viewing:{conversation}" in ear.topics and time.monotonic() - seen < VIEWING:
                    ear.hear("viewing", {"topic": f"viewing:{conversation}", **data})
            while True:
                try:
                    piece = await asyncio.wait_for(ear.queue.get(), HEARTBEAT)
                    if piece is END:
                        return
                    yield piece
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.went(ear)

    def came(self, ear: Ear) -> None:
        """Who is here, as far as this process knows: told to the newcomer, and the newcomer to the others."""
        if ear.viewer.id not in {other.viewer.id for other in self.ears}:
            self.tell_all("presence", {"user": ear.viewer.id, "here": True})
        self.ears.add(ear)
        ear.hear("presence", {"all": sorted({other.viewer.id for other in self.ears})})

    def went(self, ear: Ear) -> None:
        self.ears.discard(ear)
        if ear.viewer.id not in {other.viewer.id for other in self.ears}:
            self.tell_all("presence", {"user": ear.viewer.id, "here": False})

    def tell_all(self, event: str, data: Any) -> None:
        for ear in self.ears:
            ear.hear(event, data)

    async def viewing_post(self, request: Request) -> Response:
        """{conversation, what: 'viewing' | 'typing' | 'left'}: passed on, kept for newcomers, never on the timeline."""
        viewer = await viewer_of(request)
        if viewer is None or "x-requested-with" not in request.headers:
            return JSONResponse({"error": "sign in"}, 401)
        told = await request.json()
        conversation, what = int(told["conversation"]), str(told.get("what", "viewing"))
        if what not in ("viewing", "typing", "left"):
            return JSONResponse({"error": "what is one of viewing, typing, left"}, 400)
        data = {"conversation": conversation, "user": viewer.id, "name": viewer.name, "initials": viewer.initials, "what": what}
        self.viewing[(conversation, viewer.id)] = (time.monotonic(), data)
        await hub.tell(f"viewing:{conversation}", data)
        if what == "typing" and told.get("line") and told.get("address"):  # shown to the customer, where the channel can
            await hub.tell(f"address:{int(told['line'])}:{told['address']}", {"type": "typing", "who": viewer.name.split()[0]})
        return Response(status_code=204)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/live/desk/", self.stream),
                Route("/live/viewing/", self.viewing_post, methods=["POST"]),
                Route("/live/typing/", self.viewing_post, methods=["POST"]),
            ]
        )
