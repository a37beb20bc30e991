"""What every request of the widget passes: origin, size, shape, token, pace. And how it is told no."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from lanka import config
from lanka.channels.base import Forged, Inbox, LineView, Raw
from lanka.channels.chat.pace import Pace
from lanka.channels.chat.settings import Settings
from lanka.channels.chat.tokens import visitor_of
from lanka.core import clock
from lanka.core.remote import remote

BODY_LIMIT = 64 * 1024
POSTS_A_MINUTE = 600  # from one network address: an office behind one router is many people
LOOPBACK = ("127.", "::1")
pace = Pace()

Model = TypeVar("Model", bound="Posted")


class No(Exception):
    """A refusal: `code` is for the widget (which has its own words for it), `words` for whoever reads the answer."""

    def __init__(self, status: int, code: str, words: str, *, wait: float = 0, **more: Any) -> None:
        super().__init__(words)
        self.status, self.code, self.words, self.wait, self.more = status, code, words, wait, more


async def refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, No)
    headers = {"retry-after": str(int(error.wait) + 1)} if error.wait else {}
    return JSONResponse({"error": error.code, "words": error.words, **error.more}, error.status, headers)


async def forged(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "forged", "words": str(error)}, 403)


class Posted(BaseModel):
    """Every body carries the visitor's token (not a header: then no browser asks for permission first, and beacons can bear it)."""

    token: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    line: LineView
    inbox: Inbox
    visitor: str
    remote: str
    headers: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        return self.line.settings  # type: ignore[no-any-return]

    def raw(self, path: str, key: str, body: Mapping[str, Any]) -> Raw:
        """What is kept: what was posted without the token, plus the visitor whom the token proved."""
        kept = {name: self.headers[name] for name in ("user-agent", "accept-language", "referer", "origin") if name in self.headers}
        data = json.dumps({"visitor": self.visitor, **body}, ensure_ascii=False).encode("utf-8", "replace")
        return Raw(data, {"content-type": "application/json", **kept}, path=path, remote=self.remote, received_at=clock.now(), key=key)

    async def keep(self, path: str, key: str, body: Mapping[str, Any]) -> bool:
        return await self.inbox.put(self.line, self.raw(path, key, body))


def line_of(request: Request) -> LineView:
    line: LineView = request.scope["lanka.line"]
    return line


def remote_of(request: Request) -> str:
    """The visitor's network address."""
    return remote(request.client.host if request.client else "", request.headers.get("x-forwarded-for", ""))


def slow_down(what: str, who: str, size: int, seconds: float = 60.0) -> None:
    if wait := pace.take(what, who, size, seconds):
        raise No(429, "pace", "too many in a short time", wait=wait)


def pace_of(request: Request, what: str, size: int, seconds: float = 60.0) -> None:
    """Per network address; in the demo the whole town lives on this machine."""
    remote = remote_of(request)
    if not (config.DEMO and remote.startswith(LOOPBACK)):
        slow_down(what, f"{line_of(request).id} {remote}", size, seconds)


async def body_of(request: Request, limit: int) -> bytes:
    if int(request.headers.get("content-length") or 0) > limit:
        raise No(413, "large", "too large", limit=limit)
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > limit:
                raise No(413, "large", "too large", limit=limit)
    except ClientDisconnect as error:
        raise No(400, "broken", "the request broke off") from error
    return bytes(data)


async def enter(request: Request, model: type[Model], *, anonymous: bool = False) -> tuple[Caller, Model]:
    """The checked body and who sends it. Raises No, Forged."""
    pace_of(request, "post", POSTS_A_MINUTE)
    data = await body_of(request, BODY_LIMIT)
    try:
        posted = model.model_validate(cleaned(json.loads(data or b"{}")))
    except (ValueError, RecursionError) as error:
        raise No(422, "shape", shape(error)) from error
    return caller(request, posted.token, anonymous=anonymous), posted


def caller(request: Request, token: str, *, anonymous: bool = False) -> Caller:
    line = line_of(request)
    token = token or request.headers.get("authorization", "").removeprefix("Bearer ") or request.query_params.get("token", "")
    if not token and not anonymous:
        raise Forged("no token")
    visitor = visitor_of(line.token, token) if token else ""
    return Caller(line, request.scope["lanka.inbox"], visitor, remote_of(request), request.headers)


def cleaned(value: Any) -> Any:
    """PostgreSQL's text and jsonb take neither NUL nor half a surrogate pair; nobody meant to write them."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    return value


def shape(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)[:5])
    return "not JSON"
