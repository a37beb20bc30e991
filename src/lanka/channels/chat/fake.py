"""A visitor's browser without the browser: for the tests and the town, over the real protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx


@dataclass
class Visitor:
    """`base` is the line's public address, 'http://host/c/<line token>/'. Raises httpx.HTTPStatusError when it is told no."""

    base: str
    page: str = ""
    language: str = "en"
    token: str = ""
    visitor: str = ""
    seen: int = 0
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.base}{path}", json={"token": self.token, **body})
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def config(self) -> dict[str, Any]:
        return dict(self.http.get(f"{self.base}config", params={"lang": self.language}).raise_for_status().json())

    def hello(self, link: str = "") -> str:
        who = self.post("hello", link=link)
        self.token, self.visitor = who["token"], who["visitor"]
        return self.visitor

    def say(self, text: str, *, id: str = "", files: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
        """`more`: name, email, phone, answers, left_message. The same `id` again is the same message."""
        if not self.token:
            self.hello()
        said = {"id": id or str(uuid4()), "text": text, "page": self.page, "language": self.language, "files": list(files), **more}
        return self.post("say", **said)

    def attach(self, name: str, data: bytes) -> str:
        """Uploads; gives the signed name for `say(files=…)`."""
        if not self.token:
            self.hello()
        headers = {"authorization": f"Bearer {self.token}"}
        answer = self.http.post(f"{self.base}file", params={"name": name}, content=data, headers=headers)
        return str(answer.raise_for_status().json()["file"])

    def stream(self, after: int = 0, wait: float = 30) -> Iterator[dict[str, Any]]:
        """What happens, until the reader stops or nothing came for `wait` seconds (heartbeats come every 15)."""
        body = {"token": self.token, "after": after, "page": self.page}
        with self.http.stream("POST", f"{self.base}stream", json=body, timeout=wait) as answer:
            answer.raise_for_status()
            for text in answer.iter_lines():
                if text.startswith("data: "):
                    yield json.loads(text[6:])

    def thread(self) -> list[dict[str, Any]]:
        """The conversation as it lies there now."""
        found = []
        for event in self.stream():
            if event["type"] == "ready":
                break
            found.append(event)
        return [event for event in found if event["type"] == "message"]

    def look(self) -> list[dict[str, Any]]:
        """Opens the chat, reads everything, and lets the company know."""
        found = self.thread()
        answers = [event for event in found if event["out"]]
        if answers and answers[-1]["seq"] > self.seen:
            self.seen = answers[-1]["seq"]
            self.post("got", upto=self.seen)
            self.post("read", upto=self.seen)
        return found

    def typing(self) -> None:
        self.post("typing")

    def leave(self) -> None:
        self.post("left", page=self.page)

    def prove(self, address: str, code: str = "") -> None:
        self.post("prove", address=address, code=code, language=self.language)
