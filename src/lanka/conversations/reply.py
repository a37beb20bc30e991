"""Somebody here answers, on whichever channel they choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.channels.base import Capabilities, Refused
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.content.compose import brand_of, html, tokens
from lanka.conversations.change import changing
from lanka.conversations.join import touched
from lanka.conversations.models import Conversation, Draft, Seen, State
from lanka.core import threads
from lanka.core.ids import uuid7
from lanka.decide.reach import postal_of
from lanka.deliver.plan import plan
from lanka.people.models import User
from lanka.timeline.models import Event, MessageId
from lanka.timeline.record import record

Files = Sequence[dict[str, Any]]  # {'name', 'content_type', 'size', 'sha256'}


def check_fits(can: Capabilities, text: str, files: Files) -> None:
    """Raises Refused, in words for the composer."""
    if not text.strip() and not files:
        raise Refused(_("there is nothing to send: write something first"))
    if can.text_limit and len(text) > can.text_limit:
        raise Refused(_("too long: %(length)s characters, %(limit)s fit") % {"length": len(text), "limit": can.text_limit})
    if files and not can.files:
        raise Refused(_("this channel cannot carry files"))
    size = sum(int(file["size"]) for file in files)
    if can.file_limit and size > can.file_limit:
        raise Refused(_("the files are too large: %(size)s kB, %(limit)s kB fit") % {"size": size // 1024, "limit": can.file_limit // 1024})


def earlier_ids(conversation: Conversation, line: Line) -> list[str]:
    """Message ids of the thread on this line, oldest first, for the customer's mail program to keep it together."""
    known = MessageId.objects.filter(line_id=line.pk, event__conversation_id=conversation.pk).order_by("event__at", "event_id")
    return list(known.values_list("value", flat=True))[-20:]


def outbound(
    conversation: Conversation, line: Line, address: str, *, by: User | None, text: str, files: Files, subject: str
) -> dict[str, Any]:
    """The composed message as plain data: what `deliver` keeps, and what is shown as it was sent."""
    can = channel(line.kind).can(view(line))
    brand = brand_of(line.brand_id)
    language = conversation.language or conversation.customer.language or (brand.language if brand else "en")
    agent = (by.public_name or by.name) if by else ""
    beside = {"address": postal_of(conversation.customer), "country": line.country} if can.paper else {}
    return {
        "to": address,
        "to_name": conversation.customer.name,
        "text": text,
        "html": html(text, brand=brand, language=language, agent=agent) if can.html else "",
        "subject": (subject or conversation.subject) if can.subject else "",
        "files": list(files),
        "language": language,
        "replies_to": earlier_ids(conversation, line),
        "thread": threads.sign(str(conversation.pk)),
        "sender": {"brand": tokens(brand)["name"], "name": agent, "tokens": tokens(brand)},
        "data": beside,
    }


@transaction.atomic(savepoint=False)
def reply(
    conversation: Conversation,
    *,
    by: User | None,
    text: str,
    line_id: int,
    address: str,
    files: Files = (),
    subject: str = "",
    key: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Records the answer and plans its delivery in one transaction. `key`: the browser's own id, so that a repeated post is one answer.

    Raises Refused (it does not fit this channel), Line.DoesNotExist.
    """
    if key and (known := Event.objects.filter(key=key).first()):
        return known
    line = Line.objects.get(pk=line_id, enabled=True)
    check_fits(channel(line.kind).can(view(line)), text, files)
    out = outbound(conversation, line, address, by=by, text=text, files=files, subject=subject)
    out["data"] |= {"automatic": True} if data and data.get("automatic") else {}  # so that no machine answers it
    shown = {"subject": out["subject"], "language": out["language"], "files": list(files), "address": address, **(data or {})}
    where = {"channel": line.kind, "line_id": line.pk, "conversation": conversation.pk}
    event = record(conversation.customer, "message.out", actor=by, key=key, text=text, data=shown, **where)  # type: ignore[arg-type]
    if event is None:
        raise Refused(_("this answer is being sent already"))
    plan(event, line, address, out, id=uuid7())
    answered(conversation, event, by=by)
    return event


def answered(conversation: Conversation, event: Event, *, by: User | None) -> None:
    """An answer went out: nobody is waiting any more, whoever answered has the conversation."""
    with changing(conversation) as row:
        touched(row, event, outgoing=True)
        row.last_out_at = event.at
        if not event.data.get("automatic"):
            row.waiting_since = row.due_at = None
            row.state, row.snoozed_until, row.closed_at = State.WAITING, None, None
            row.assignee = row.assignee or by
        if event.data.get("subject") and not row.subject:
            row.subject = str(event.data["subject"])[:300]
    if by:
        Draft.objects.filter(user=by, conversation=conversation).delete()
        Seen.objects.update_or_create(user=by, conversation=conversation, defaults={"event_id": event.pk})
