"""The fake operator's HTTP side: POST /messages."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar

import httpx

from lanka.channels.sms import gsm7

if TYPE_CHECKING:
    from lanka.channels.sms.fake import Fake


class Handler(BaseHTTPRequestHandler):
    fake: ClassVar[Fake]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("authorization") != f"Bearer {self.fake.token}":
            self._say(401, {"error": "who are you?"})
            return
        said = json.loads(body)
        to = str(said.get("to", ""))
        if not to or "text" not in said:
            self._say(400, {"error": "to and text are needed"})
            return
        self._send(to, said, self.headers.get("idempotency-key", ""))

    def _send(self, to: str, said: dict[str, Any], key: str) -> None:
        from lanka.channels.sms import fake as ends

        fake, end = self.fake, to[-2:]
        if key in fake.known:
            self._say(200, fake.known[key])
        elif end == ends.TOO_FAST and to not in fake.throttled:
            fake.throttled.add(to)
            self._say(429, {"error": "slow down"}, {"retry-after": "1"})
        elif end == ends.UNKNOWN:
            self._say(404, {"error": "no such number"})
        elif end == ends.REFUSED:
            self._say(422, {"error": "not this text"})
        else:
            answer: dict[str, Any] = {"id": str(next(fake.ids)), "parts": gsm7.measure(said["text"]).parts}
            fake.known[key] = answer
            if end != ends.UNDELIVERED:
                fake.phones[to].append(ends.Message(said["from"], said["text"], segments=answer["parts"]))
            self._receipt_later(answer["id"], "failed" if end == ends.UNDELIVERED else "delivered", said.get("callback", ""))
            if end in (ends.BREAKS, ends.SILENT):
                self.connection.close()  # taken, and nobody hears of it
            else:
                self._say(202, answer)

    def _receipt_later(self, ref: str, state: str, callback: str) -> None:
        from lanka.channels.sms.fake import RECEIPT_AFTER

        url = self.fake.webhook or callback
        if url:
            threading.Timer(RECEIPT_AFTER, self._post, (url, {"receipts": [{"message": ref, "state": state}]})).start()

    def _post(self, url: str, said: dict[str, Any]) -> None:
        try:
            self.fake.post(said, url)
        except httpx.HTTPError:
            return  # the webhook is not there: a test without a front door

    def _say(self, status: int, said: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json", "content-length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass
