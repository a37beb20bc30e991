"""A message came in: who wrote it, where it belongs."""

from __future__ import annotations

from typing import Any

from lanka.channels.base import File, Inbound
from lanka.channels.models import Line
from lanka.conversations.join import join
from lanka.core import files
from lanka.customers.jobs import look_for_doubles
from lanka.customers.models import Customer
from lanka.customers.recognise import Recognition, recognise
from lanka.receive.proof import proved_by_answer
from lanka.receive.stop_words import heed
from lanka.timeline.models import Event, MessageId
from lanka.timeline.record import record


def kept(file: File) -> dict[str, Any]:
    kind = files.sniff(file.data, file.content_type, file.name)
    return {
        "name": file.name[:200],
        "content_type": kind,
        "size": len(file.data),
        "sha256": files.keep(file.data, kind),
        "inline_id": file.inline_id,
    }


def learnt(recognition: Recognition, line: Line, at: Any) -> None:
    """What recognition found out stands on the timeline, so that the desk can show the strands join.

    Doubles are looked for in a job, written in the same transaction: it waits for the commit, and goes with a rollback.
    """
    for link in recognition.joined:
        data = {"link": link.pk, "a": link.a_id, "b": link.b_id, "rule": link.rule, "why": link.why}
        record(recognition.customer, "person.merged", at=at, channel=line.kind, key=f"merged:{link.pk}", data=data)
    if recognition.changed:
        look_for_doubles.defer(customer_id=recognition.customer.pk)


def data_of(message: Inbound) -> dict[str, Any]:
    """What the thread shows beside the text."""
    return {
        "subject": message.subject,
        "language": message.language,
        "sender_name": message.sender_name,
        "address": message.sender.value,
        "to": message.to,
        "folded": message.folded,
        "automatic": message.automatic,
        "message_id": message.message_id,
        "html_blob": files.keep(message.html.encode(), "text/html") if message.html else "",
        "files": [kept(file) for file in message.files],
        "participants": [known.value for known in message.participants],
        **({"more": dict(message.data)} if message.data else {}),
    }


def settle_thread_proof(event: Event, customer: Customer) -> None:
    """An answer to our own token from an address that the visitor had only typed: now it is proven."""
    link = proved_by_answer(event.conversation_id, customer)
    if link is not None:
        data = {"link": link.pk, "a": link.a_id, "b": link.b_id, "rule": link.rule, "why": link.why}
        record(customer, "person.merged", at=event.at, conversation=event.conversation_id, key=f"merged:{link.pk}", data=data)


def take_message(line: Line, message: Inbound, raw_id: int) -> Event | None:
    """None: this message is known already."""
    key = f"in:{line.pk}:{message.key}"[:260]
    found = recognise(
        [message.sender, *message.also],
        at=message.at,
        source=line.kind,
        name=message.sender_name,
        language=message.language,
        country=line.country,
    )
    learnt(found, line, message.at)
    event = join(
        found.customer,
        at=message.at,
        channel=line.kind,
        line_id=line.pk,
        key=key,
        text=message.text,
        data=data_of(message),
        thread=message.thread,
        replies_to=message.replies_to,
        raw_id=raw_id,
    )
    if event is not None:
        follow_up(event, found.customer, line, message)
    return event


def follow_up(event: Event, customer: Customer, line: Line, message: Inbound) -> None:
    """What a message that is new brings with it."""
    if message.message_id:
        known = MessageId(line_id=line.pk, value=message.message_id[:500], event=event)
        MessageId.objects.bulk_create([known], ignore_conflicts=True)
    if message.thread:
        settle_thread_proof(event, customer)
    heed(line, event)
