"""The desk as agents have it: the real front (edge and pages) in this process, stub channels, the cast, a Chromium for each agent."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from granian.constants import Interfaces
from granian.server.embed import Server

from lanka.people.models import User
from tests.cast import Cast, cast
from tests.stub_channels import stub_channels

EXPECTED = re.compile("status of 4|INTERNET_DISCONNECTED")  # refusals, and what a test does to the network itself
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Front:
    """`lanka.asgi` on a thread with its own loop."""

    def __init__(self) -> None:
        settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True  # css and js from where they lie, nothing collected
        from lanka.asgi import Front as Asgi

        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.app = Asgi()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.server = Server(self.app, address="127.0.0.1", port=self.port, interface=Interfaces.ASGI, log_enabled=False)
        self.loop.run_until_complete(self.server.serve())

    def __enter__(self) -> Front:
        self.thread.start()
        for _try in range(100):
            try:
                httpx.get(f"{self.url}/desk/offline/", timeout=1)
                return self
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the front did not start")

    def __exit__(self, *_exc: object) -> None:
        self.loop.call_soon_threadsafe(self.server.stop)
        self.thread.join(5)


@dataclass
class Desk:
    """A front with the cast in it. `sit(user)` gives a page that is signed in."""

    url: str
    cast: Cast
    browser: Any
    open_pages: list[Any] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def sit(self, user: User, path: str = "/desk/", **look: Any) -> Any:
        client = Client()
        client.force_login(user)
        context = self.browser.new_context(base_url=self.url, **{"viewport": {"width": 1440, "height": 900}, **look})
        cookies = [{"name": name, "value": morsel.value, "url": self.url} for name, morsel in client.cookies.items()]
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" and not EXPECTED.search(said.text) else None)
        self.open_pages.append(context)
        page.goto(path)
        return page


@pytest.fixture
def desk(transactional_db: None, browser: Any) -> Iterator[Desk]:
    with stub_channels():
        made = cast()
        with Front() as front:
            desk = Desk(front.url, made, browser)
            yield desk
            for context in desk.open_pages:
                context.close()
        with connection.cursor() as cursor:
            cursor.execute(TERMINATE)
    assert desk.trouble == [], "the browser complained"


def until(true: Callable[[], Any], seconds: float = 6, what: str = "it") -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
