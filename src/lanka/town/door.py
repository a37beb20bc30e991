"""The door between the town's pages and its one process: JSON over loopback, known by a word that only this installation has."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
from django.db import close_old_connections

from lanka.core.secrets import derived
from lanka.town import ports

Do = Callable[[int, str, dict[str, Any]], None]
MOST = 200_000


class Asleep(Exception):
    """The town's process does not answer."""


class Refused(Exception):
    """It answered no, with words."""


def word() -> str:
    return derived("town.door").hex()


def ask(number: int, verb: str, **data: Any) -> None:
    """Somebody in the town does something. Raises Asleep, Refused."""
    try:
        answer = httpx.post(f"http://{ports.HOST}:{ports.TOWN}/do", headers={"x-town": word()}, timeout=20, trust_env=False,
                            json={"number": number, "verb": verb, "data": data})  # fmt: skip
    except httpx.HTTPError as error:
        raise Asleep(str(error)) from error
    if answer.status_code != 200:
        raise Refused(str(answer.json().get("error", "")) if answer.content else str(answer.status_code))


class Handler(BaseHTTPRequestHandler):
    do: ClassVar[Do]

    def do_POST(self) -> None:
        if not hmac.compare_digest(self.headers.get("x-town", ""), word()):
            self._say(403, {"error": "who is there?"})
            return
        length = int(self.headers.get("content-length") or 0)
        if length > MOST:
            self._say(413, {"error": "too long"})
            return
        close_old_connections()
        try:
            told = json.loads(self.rfile.read(length))
            type(self).do(int(told["number"]), str(told["verb"]), dict(told["data"]))
        except Exception as error:
            self._say(400, {"error": str(error) or type(error).__name__})
        else:
            self._say(200, {})
        finally:
            close_old_connections()

    def _say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet: the pages tell what happened."""


def serve(do: Do, port: int = ports.TOWN) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer((ports.HOST, port), type("Bound", (Handler,), {"do": staticmethod(do)}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="town-door", daemon=True).start()
    return server
