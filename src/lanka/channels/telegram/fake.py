"""A small Telegram: a Bot API server for one bot, and the people who write to it.

A user whose id ends in 91 is written to too fast the first time, …92 has blocked the bot, …93 does not exist, …94 makes the server
take the message and break the connection, …95 makes it stumble (502).
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import defaultdict
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx

TOO_FAST, BLOCKED, UNKNOWN, BREAKS, STUMBLES = "91", "92", "93", "94", "95"
REFUSALS = {
    BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    UNKNOWN: (400, "Bad Request: chat not found"),
    STUMBLES: (502, "Bad Gateway"),
}


class Fake:
    def __init__(self, *, token: str = "123456:AAF-fake_token_of_a_bot", port: int = 0) -> None:  # noqa: S107 made up
        self.token, self.port = token, port
        self.phones: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)  # what lies in each user's chat with the bot
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.waiting: list[dict[str, Any]] = []
        self.answered: list[str] = []  # callback queries
        self.throttled: set[str] = set()
        self.answers: list[tuple[int, bytes]] = []  # what our webhook said
        self.ids, self.updates = itertools.count(1), itertools.count(700)

    def start(self) -> Fake:
        self.web = ThreadingHTTPServer(("127.0.0.1", self.port), type("Bound", (Handler,), {"fake": self}))
        self.port = self.web.server_port
        threading.Thread(target=self.web.serve_forever, name="telegram-fake", daemon=True).start()
        return self

    def stop(self) -> None:
        self.web.shutdown()
        self.web.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What people do

    def write(self, user: int, name: str = "Maija", **message: Any) -> dict[str, Any]:
        """`text=…`, `location={…}`, `reply_to_message={…}` …: the fields of the Bot API's Message."""
        said = {"message_id": next(self.ids), "date": int(time.time()), "chat": {"id": user, "type": "private"}, **message}
        said["from"] = {"id": user, "is_bot": False, "first_name": name, "language_code": "fi"}
        self.phones[user].append(said)
        return self.update(message=said)

    def write_file(self, user: int, kind: str, data: bytes, **more: Any) -> dict[str, Any]:
        """`kind`: 'photo', 'document', 'voice' …"""
        file_id = f"file-{next(self.ids)}"
        self.files[file_id] = data
        one = {"file_id": file_id, "file_size": len(data), **more}
        sizes = [one | {"width": 90, "file_id": "small"}, one | {"width": 1280}]
        said: dict[str, Any] = {kind: sizes if kind == "photo" else one}
        return self.write(user, **said)

    def press(self, user: int, label: str) -> dict[str, Any]:
        """The newest button with these words."""
        for said in reversed(self.phones[user]):
            for button in itertools.chain(*said.get("reply_markup", {}).get("inline_keyboard", [])):
                if button["text"] == label:
                    who = {"id": user, "is_bot": False, "first_name": "Maija"}
                    return self.update(
                        callback_query={"id": f"q{next(self.ids)}", "from": who, "message": said, "data": button["callback_data"]}
                    )
        raise LookupError(label)

    def update(self, **said: Any) -> dict[str, Any]:
        """To the webhook if one is registered, else it waits for getUpdates."""
        update = {"update_id": next(self.updates), **said}
        if self.webhook.get("url"):
            headers = {"x-telegram-bot-api-secret-token": self.webhook.get("secret_token", "")}
            answer = httpx.post(self.webhook["url"], json=update, headers=headers, timeout=10, trust_env=False)
            self.answers.append((answer.status_code, answer.content))
        else:
            self.waiting.append(update)
        return update

    # What the bot does

    def call(self, method: str, said: dict[str, Any], upload: bytes | None) -> Any:
        """The result, or (status, description)."""
        if method in ("sendMessage", "sendPhoto", "sendDocument"):
            return self._send(said, upload)
        if method == "getUpdates":
            return self._updates(int(said.get("offset", 0)), float(said.get("timeout", 0)))
        if method == "getFile":
            known = said.get("file_id") in self.files
            return {"file_id": said["file_id"], "file_path": f"files/{said['file_id']}"} if known else (400, "Bad Request: invalid file_id")
        if method in ("setWebhook", "deleteWebhook"):
            self.webhook = said if method == "setWebhook" else {}
            return True
        if method == "answerCallbackQuery":
            self.answered.append(said["callback_query_id"])
            return True
        known_here = {
            "getMe": {"id": 123456, "is_bot": True, "username": "pyorapolku_bot"},
            "getWebhookInfo": {"url": self.webhook.get("url", "")},
        }
        return known_here.get(method, (404, "Not Found"))

    def _send(self, said: dict[str, Any], upload: bytes | None) -> Any:
        chat = str(said["chat_id"])
        if chat[-2:] == TOO_FAST and chat not in self.throttled:
            self.throttled.add(chat)
            return 429, "Too Many Requests: retry after 3"
        if chat[-2:] in REFUSALS:
            return REFUSALS[chat[-2:]]
        message = {"message_id": next(self.ids), "date": int(time.time()), **said, "chat": {"id": int(chat), "type": "private"}}
        self.phones[int(chat)].append(message if upload is None else {**message, "upload": upload})
        return message

    def _updates(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        end = time.monotonic() + min(timeout, 1)
        while not self.waiting and time.monotonic() < end:
            time.sleep(0.02)
        return list(self.waiting)


class Handler(BaseHTTPRequestHandler):
    fake: ClassVar[Fake]

    def do_GET(self) -> None:
        _, _, token, path = self.path.split("/", 3)
        data = self.fake.files.get(path.removeprefix("files/"))
        if token != f"bot{self.fake.token}" or data is None:
            self._say(404, {"ok": False, "error_code": 404, "description": "Not Found"})
            return
        self._answer(200, data, "application/octet-stream")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        token, _, method = self.path.lstrip("/").partition("/")
        if token != f"bot{self.fake.token}":
            self._say(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            return
        said, upload = self._read(body)
        found = self.fake.call(method, said, upload)
        if str(said.get("chat_id", ""))[-2:] == BREAKS:
            self.connection.close()
        elif isinstance(found, tuple):
            retry = {"parameters": {"retry_after": 3}} if found[0] == 429 else {}
            self._say(found[0], {"ok": False, "error_code": found[0], "description": found[1], **retry})
        else:
            self._say(200, {"ok": True, "result": found})

    def _read(self, body: bytes) -> tuple[dict[str, Any], bytes | None]:
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/json"):
            return json.loads(body or b"{}"), None
        form = BytesParser(policy=HTTP).parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
        said: dict[str, Any] = {}
        upload = None
        for part in form.iter_parts():
            name = part.get_param("name", header="content-disposition")
            if part.get_filename():
                upload, said["file_name"] = part.get_payload(decode=True), part.get_filename()
            else:
                said[str(name)] = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        said |= {name: json.loads(said[name]) for name in ("reply_markup", "reply_parameters") if name in said}
        return said, upload if isinstance(upload, bytes) else None

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self._answer(status, json.dumps(said).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass
