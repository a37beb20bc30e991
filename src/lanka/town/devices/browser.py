"""A customer's browser on the web shop's page, for those whom nobody plays: the chat's own HTTP, without a screen."""

from __future__ import annotations

import json
import threading
import time
from typing import Any
from uuid import uuid4

import httpx
from django.db import close_old_connections

from lanka import config
from lanka.channels.chat.tokens import visitor_token
from lanka.channels.models import Line
from lanka.town.dwellers import arrived, did
from lanka.town.models import Dweller, Kind

SHOP_PAGE = f"{config.PUBLIC_URL}/town/shop/"
STAYS = 480.0  # seconds that a page stays open after the last word
TABS = 8


class Tab:
    """An open page: its stream makes the customer present, and brings the answers."""

    def __init__(self, person: Dweller, token: str, http: httpx.Client, line: str) -> None:
        self.person, self.token, self.http, self.line = person, token, http, line
        self.until = time.monotonic() + STAYS
        self.after = 0
        self.heard: list[dict[str, Any]] = []
        threading.Thread(target=self._read, name=f"tab-{person.number}", daemon=True).start()

    @property
    def open(self) -> bool:
        return time.monotonic() < self.until

    def _read(self) -> None:
        """Beats come every 15 seconds, so a closed page is gone soon after."""
        while self.open:
            try:
                body = json.dumps({"token": self.token, "after": self.after, "page": SHOP_PAGE})
                with self.http.stream("POST", f"/c/{self.line}/stream", content=body, timeout=40) as answer:
                    for line in answer.iter_lines():
                        if line.startswith("data:"):
                            self._hear(json.loads(line[5:]))
                        if not self.open:
                            return
            except (httpx.HTTPError, ValueError):
                time.sleep(3)

    def _hear(self, told: dict[str, Any]) -> None:
        self.after = max(self.after, int(told.get("seq") or 0))
        if told.get("type") == "message" and told.get("out"):
            self.heard.append(told)


class Browser:
    def __init__(self) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{config.PORT}", timeout=10, trust_env=False)
        self.tabs: dict[int, Tab] = {}

    def start(self) -> None:
        """Nothing runs until somebody opens the page."""

    def stop(self) -> None:
        for tab in self.tabs.values():
            tab.until = 0
        self.http.close()

    def write(self, person: Dweller, text: str) -> None:
        """Raises ValueError when too many pages are open or there is no chat."""
        tab = self._tab(person)
        said = {"token": tab.token, "id": str(uuid4()), "text": text, "name": person.name, "language": person.language, "page": SHOP_PAGE}
        self._post("say", {**said, **({"email": person.email} if person.email else {})})
        tab.until = time.monotonic() + STAYS
        did(person, Kind.CHAT, uuid4().hex, text=text, data={"token": tab.token})

    def leave(self, person: Dweller) -> None:
        if tab := self.tabs.pop(person.number, None):
            tab.until = 0
            self._post("left", {"token": tab.token, "page": SHOP_PAGE})

    def collect(self) -> int:
        found = 0
        for number, tab in list(self.tabs.items()):
            while tab.heard:
                told = tab.heard.pop(0)
                found += bool(arrived(tab.person, Kind.CHAT, str(told["id"]), text=str(told.get("text", ""))))
                self._post("read", {"token": tab.token, "upto": told["seq"]})
            if not tab.open:
                del self.tabs[number]
        return found

    def _tab(self, person: Dweller) -> Tab:
        self.tabs = {number: tab for number, tab in self.tabs.items() if tab.open}
        if person.number not in self.tabs:
            if len(self.tabs) >= TABS:
                raise ValueError("too many pages are open")
            self.tabs[person.number] = Tab(person, self._token(person), self.http, line_token())
        return self.tabs[person.number]

    def _token(self, person: Dweller) -> str:
        """What their browser has kept: of the visitor that they have always been there, or of their last chat; else a new one."""
        if known := person.about.get("visitor"):
            return visitor_token(line_token(), str(known))
        kept = person.items.filter(kind=Kind.CHAT, mine=True, data__token__isnull=False).order_by("-id").first()
        return str(kept.data["token"]) if kept else str(self._post("hello", {})["token"])

    def _post(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self.http.post(f"/c/{line_token()}/{verb}", content=json.dumps(body)).raise_for_status()
        except httpx.HTTPError as error:
            raise ValueError(f"the chat did not answer: {error}") from error
        return dict(answer.json()) if answer.content else {}


def line_token() -> str:
    """The chat line that the shop's page shows. Raises ValueError."""
    close_old_connections()
    token = Line.objects.filter(kind="chat", enabled=True).order_by("id").values_list("token", flat=True).first()
    if not token:
        raise ValueError("there is no chat")
    return token
