"""What a visitor's browser posted, as plain items. Pure: what was kept is all it looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

import phonenumbers
from pydantic import BaseModel, Field, StringConstraints

from lanka.channels.base import File, Happening, Inbound, Item, Known, LineView, NotUnderstood, Raw, Receipt, ReceiptState
from lanka.channels.chat.tokens import VISITOR
from lanka.core import clock

Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class KeptFile(BaseModel):
    sha256: str
    name: str
    content_type: str


class Kept(BaseModel):
    """Everything that the edge writes, whatever the path; what a path needs is checked by its reader."""

    visitor: Annotated[str, StringConstraints(pattern=VISITOR.pattern)]
    id: Id = "-"
    text: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    page: str = ""
    title: str = ""
    address: str = ""
    left_message: bool = False
    answers: dict[str, str] = Field(default_factory=dict)
    files: list[KeptFile] = Field(default_factory=list)
    refs: list[Id] = Field(default_factory=list)


def items(line: LineView, raw: Raw) -> Iterator[Item]:
    try:
        body = Kept.model_validate_json(raw.body)
        reader = READERS[raw.path]
    except (ValueError, KeyError, RecursionError) as error:
        raise NotUnderstood(f"not something the chat's edge writes: {error!s:.200}") from error
    yield from reader(line, raw, body)


def _say(line: LineView, raw: Raw, body: Kept) -> Iterator[Item]:
    if not body.text.strip() and not body.files:
        raise NotUnderstood("a message without text or file")
    beside = {"page": body.page, "title": body.title, "answers": body.answers, "left_message": body.left_message}
    yield Inbound(
        key=f"say:{body.visitor}:{body.id}",
        at=raw.received_at or clock.now(),
        sender=Known("visitor", body.visitor),
        text=body.text,
        subject=body.answers.get("topic", ""),
        sender_name=body.name,
        also=typed(line, body),
        files=tuple(File(file.name, file.content_type, b"", ref=file.sha256) for file in body.files),
        language=body.language,
        message_id=body.id,
        data={name: value for name, value in beside.items() if value},
    )


def typed(line: LineView, body: Kept) -> tuple[Known, ...]:
    """What they wrote of themselves. Nobody is joined to anybody by it."""
    found = []
    if body.email:
        found.append(Known("email", body.email, proven=False))
    if phone := _phone(line, body.phone):
        found.append(Known("phone", phone, proven=False))
    if order := body.answers.get("order"):
        found.append(Known("order", order, proven=False))
    return tuple(found)


def _phone(line: LineView, text: str) -> str:
    try:
        number = phonenumbers.parse(text, line.country)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if phonenumbers.is_valid_number(number) else ""


def _receipts(state: ReceiptState) -> Callable[[LineView, Raw, Kept], Iterator[Item]]:
    def read(line: LineView, raw: Raw, body: Kept) -> Iterator[Item]:
        for ref in dict.fromkeys(body.refs):
            yield Receipt(key=f"{raw.path}:{ref}", at=raw.received_at or clock.now(), ref=ref, state=state)

    return read


def _happened(kind: str) -> Callable[[LineView, Raw, Kept], Iterator[Item]]:
    def read(line: LineView, raw: Raw, body: Kept) -> Iterator[Item]:
        address = body.address if kind.startswith("proof.") else ""
        data = {"page": body.page, "title": body.title, "address": address, "language": body.language}
        if kind.startswith("proof.") and not address:
            raise NotUnderstood("no address in it")
        yield Happening(
            key=raw.key or f"{raw.path}:{hashlib.sha256(raw.body).hexdigest()}",
            at=raw.received_at or clock.now(),
            who=Known("visitor", body.visitor),
            kind=kind,
            text=body.title,
            also=(Known("email", address),) if kind == "proof.given" else typed(line, body),
            name=body.name,
            data={name: value for name, value in data.items() if value},
        )

    return read


READERS: Mapping[str, Callable[[LineView, Raw, Kept], Iterator[Item]]] = {
    "say": _say,
    "about": _happened("claim"),
    "got": _receipts("delivered"),
    "read": _receipts("read"),
    "left": _happened("left"),
    "visit": _happened("visit"),
    "prove": _happened("proof.asked"),
    "proved": _happened("proof.given"),
}
