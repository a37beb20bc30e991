"""What a visitor's browser posted, as plain items. Pure but for the bytes of files, which are kept by content."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import phonenumbers

from lanka.channels.base import File, Happening, Inbound, Item, Known, LineView, NotUnderstood, Raw, Receipt
from lanka.channels.chat.tokens import is_visitor
from lanka.core import clock, files
from lanka.core.models import Blob

BESIDE = ("page", "title", "answers", "left_message")


def items(line: LineView, raw: Raw) -> Iterator[Item]:
    try:
        body = json.loads(raw.body)
        visitor = body["visitor"]
        reader = READERS[raw.path]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotUnderstood(f"not something the chat's edge writes: {error!r:.100}") from error
    if not isinstance(visitor, str) or not is_visitor(visitor):
        raise NotUnderstood("no visitor in it")
    try:
        yield from reader(line, raw, visitor, body)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(f"{raw.path}: {error!r:.100}") from error


def _at(raw: Raw) -> datetime:
    return raw.received_at or clock.now()


def _say(line: LineView, raw: Raw, visitor: str, body: Mapping[str, Any]) -> Iterator[Item]:
    answers = body.get("answers", {})
    yield Inbound(
        key=f"say:{visitor}:{body['id']}",
        at=_at(raw),
        sender=Known("visitor", visitor),
        text=body.get("text", ""),
        subject=str(answers.get("topic", "")),
        sender_name=body.get("name", ""),
        also=typed(line, body),
        files=tuple(map(_file, body.get("files", ()))),
        language=body.get("language", ""),
        message_id=str(body["id"]),
        data={name: body[name] for name in BESIDE if body.get(name)},
    )


def typed(line: LineView, body: Mapping[str, Any]) -> tuple[Known, ...]:
    """What they wrote of themselves. Nobody is joined to anybody by it."""
    found = []
    if email := body.get("email"):
        found.append(Known("email", str(email), proven=False))
    if phone := _phone(line, str(body.get("phone", ""))):
        found.append(Known("phone", phone, proven=False))
    if order := body.get("answers", {}).get("order"):
        found.append(Known("order", str(order), proven=False))
    return tuple(found)


def _phone(line: LineView, text: str) -> str:
    try:
        number = phonenumbers.parse(text, line.country)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if phonenumbers.is_valid_number(number) else ""


def _file(file: Mapping[str, Any]) -> File:
    try:
        return File(file["name"], file["content_type"], files.read(file["sha256"]))
    except Blob.DoesNotExist as error:
        raise NotUnderstood(f"the file {file['name']} is not kept") from error


def _about(line: LineView, raw: Raw, visitor: str, body: Mapping[str, Any]) -> Iterator[Item]:
    yield Happening(
        key=raw.key or f"about:{visitor}:{hash(raw.body)}",
        at=_at(raw),
        who=Known("visitor", visitor),
        kind="claim",
        also=typed(line, body),
        name=body.get("name", ""),
        data={"language": body["language"]} if body.get("language") else {},
    )


def _receipts(line: LineView, raw: Raw, visitor: str, body: Mapping[str, Any]) -> Iterator[Item]:
    state: Any = {"got": "delivered", "read": "read"}[raw.path]
    for ref in body["refs"]:
        yield Receipt(key=f"{raw.path}:{ref}", at=_at(raw), ref=str(ref), state=state)


def _happened(kind: str) -> Callable[[LineView, Raw, str, Mapping[str, Any]], Iterator[Item]]:
    def read(line: LineView, raw: Raw, visitor: str, body: Mapping[str, Any]) -> Iterator[Item]:
        kept = {name: body[name] for name in ("page", "title", "address", "language") if body.get(name)}
        key = raw.key or f"{raw.path}:{visitor}:{body.get('seq', '')}"
        yield Happening(key=key, at=_at(raw), who=Known("visitor", visitor), kind=kind, text=body.get("title", ""), data=kept)

    return read


def _proved(line: LineView, raw: Raw, visitor: str, body: Mapping[str, Any]) -> Iterator[Item]:
    address = str(body["address"])
    who, also = Known("visitor", visitor), (Known("email", address),)
    yield Happening(
        key=raw.key or f"proved:{visitor}:{address}", at=_at(raw), who=who, kind="proof.given", also=also, data={"address": address}
    )


READERS: Mapping[str, Callable[[LineView, Raw, str, Mapping[str, Any]], Iterator[Item]]] = {
    "say": _say,
    "about": _about,
    "got": _receipts,
    "read": _receipts,
    "left": _happened("left"),
    "visit": _happened("visit"),
    "prove": _happened("proof.asked"),
    "proved": _proved,
}
