"""What a visitor's browser posts. A message is durable, as it came, before it is acknowledged."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lanka.channels.chat import gone, rows, tokens
from lanka.channels.chat.doors import Caller, No, Posted, enter, pace_of, slow_down
from lanka.channels.transcript import Entry, scribe
from lanka.core import clock
from lanka.core.live import hub

TEXT_LIMIT = 8000
FILES_MOST = 10


def an_email(value: str) -> str:
    if value and (value.count("@") != 1 or "." not in value.split("@")[1] or any(c.isspace() or c in "<>,;\"'" for c in value)):
        raise ValueError("not an email address")
    return value


Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(an_email)]
Url = Annotated[str, StringConstraints(max_length=2000)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,35}$")]


class Hello(Posted):
    link: str = ""  # from a mail: `?lanka=…`


class About(Posted):
    """What visitors say of themselves. Typed, so it proves nothing."""

    name: Short = ""
    email: Email = ""
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    language: Language = ""


class Say(About):
    id: UUID
    text: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)] = ""
    page: Url = ""
    title: Annotated[str, StringConstraints(max_length=300)] = ""
    files: list[str] = Field(default_factory=list, max_length=FILES_MOST)
    answers: dict[Short, Short] = Field(default_factory=dict, max_length=12)
    left_message: bool = False


class Upto(Posted):
    upto: int = Field(ge=0, lt=2**63)


class Where(Posted):
    page: Url = ""
    title: Annotated[str, StringConstraints(max_length=300)] = ""


class Prove(Posted):
    address: Email
    code: Annotated[str, StringConstraints(max_length=12)] = ""
    language: Language = ""


def told(posted: BaseModel) -> dict[str, Any]:
    """The body to keep: what was said, without the token and without what was left empty."""
    return {k: v for k, v in posted.model_dump(mode="json", exclude={"token"}).items() if v not in ("", [], {}, False)}


async def hello(request: Request) -> Response:
    """A new visitor, or the one of a link in a mail, or (with a token) 'do you still know me?'."""
    caller, posted = await enter(request, Hello, anonymous=True)
    visitor = caller.visitor
    if posted.link:
        visitor = tokens.linked(caller.line.token, posted.link, clock.now())
    elif not visitor:
        pace_of(request, "hello", caller.settings.visitors_a_minute)
        visitor = tokens.new_visitor()
    return JSONResponse({"visitor": visitor, "token": tokens.visitor_token(caller.line.token, visitor)})


async def say(request: Request) -> Response:
    caller, posted = await enter(request, Say)
    if not posted.text.strip() and not posted.files:
        raise No(422, "empty", "a message needs a text or a file")
    slow_down("say", f"{caller.line.id} {caller.visitor}", caller.settings.messages_a_minute)
    files = own_files(caller, posted.files)
    key = tokens.new_key(caller.visitor, "say", posted.id)
    await caller.keep("say", key, {**told(posted), **({"files": files} if files else {})})
    body = {"type": "message", "text": posted.text, "files": files, "page": posted.page}
    row = await scribe.put(Entry(caller.line.id, caller.visitor, key, False, body))
    return JSONResponse({"seq": row.seq, "at": row.at.isoformat(), "id": str(posted.id)}, 202)


def own_files(caller: Caller, given: list[str]) -> list[dict[str, Any]]:
    files = []
    for token in given:
        visitor, file = tokens.file_of(caller.line.token, token)
        if visitor != caller.visitor:
            raise No(403, "forged", "this file is another visitor's")
        files.append({"sha256": file.sha256, "name": file.name, "content_type": file.content_type, "size": file.size})
    return files


async def about(request: Request) -> Response:
    caller, posted = await enter(request, About)
    slow_down("about", f"{caller.line.id} {caller.visitor}", 10)
    said = told(posted)
    if said:
        await caller.keep("about", tokens.new_key(caller.visitor, "about", str(hash_of(said))), said)
    return Response(status_code=202)


def hash_of(said: dict[str, Any]) -> str:
    return tokens.proof_key(repr(sorted(said.items())))[6:38]


async def typing(request: Request) -> Response:
    caller, _ = await enter(request, Posted)
    if not too_often("typing", caller):
        await hub.tell(f"typing:{caller.line.id}:{caller.visitor}", {"type": "typing", "on": True})
    return Response(status_code=204)


def too_often(what: str, caller: Caller) -> bool:
    """Too often: nothing is done and nobody needs to hear of it."""
    try:
        slow_down(what, f"{caller.line.id} {caller.visitor}", 40)
    except No:
        return True
    return False


async def got(request: Request) -> Response:
    return await _receipt(request, "got")


async def read(request: Request) -> Response:
    return await _receipt(request, "read")


async def _receipt(request: Request, mark: str) -> Response:
    """Raw first; the mark in the transcript only saves telling it again. A crash between the two tells it twice, which is once."""
    caller, posted = await enter(request, Upto)
    found = await rows.unmarked(caller.line.id, caller.visitor, posted.upto, mark)
    if found:
        await caller.keep(mark, tokens.new_key(caller.visitor, mark, found[-1].seq), {"refs": [row.key for row in found]})
        await rows.mark(caller.line.id, found, mark)
    return Response(status_code=204)


async def left(request: Request) -> Response:
    caller, posted = await enter(request, Where)
    gone.look_later(caller, posted.page)
    return Response(status_code=204)


async def visit(request: Request) -> Response:
    caller, posted = await enter(request, Where)
    if caller.settings.page_views and not too_often("visit", caller):
        slot = int(clock.now().timestamp()) // 600  # the same page again within ten minutes is the same visit
        said = told(posted)
        await caller.keep("visit", tokens.new_key(caller.visitor, "visit", f"{slot}:{hash_of(said)}"), said)
    return Response(status_code=204)


async def prove(request: Request) -> Response:
    """Without a code: asks the house to send one. With it: the visitor holds the address, and all who proved it share one thread."""
    caller, posted = await enter(request, Prove)
    who = f"{caller.line.id} {caller.visitor}"
    if not posted.code:
        slow_down("prove", who, 3, 3600)
        pace_of(request, "prove", 20, 3600)
        slow_down("prove to", posted.address.lower(), 5, 3600)
        step = int(clock.now().timestamp()) // 60
        await caller.keep("prove", tokens.new_key(caller.visitor, "prove", f"{step}:{hash_of({'a': posted.address})}"), told(posted))
        return Response(status_code=202)
    slow_down("code", f"{who} {posted.address.lower()}", 5, 1800)
    if not tokens.proves(caller.line.token, caller.visitor, posted.address, posted.code, clock.now()):
        raise No(422, "code", "this code is wrong or too old")
    await caller.keep("proved", tokens.new_key(caller.visitor, "proved", hash_of({"a": posted.address})), {"address": posted.address})
    await rows.join(caller.line.id, caller.visitor, posted.address)
    return Response(status_code=204)
