"""What a stored payload of an SMPP session says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from lanka.channels.base import LineView
from lanka.channels.errors import NotUnderstood
from lanka.channels.items import Inbound, Item, Raw
from lanka.channels.sms import long, numbers, pdu, receipts
from lanka.channels.sms.pdu import Pdu
from lanka.core import clock

CONTENT_TYPE = "application/x-smpp"
JOINED = "x-sms-joined"
"""Header of a raw item that holds the parts of one long message: 'whole', or 'partial' when the rest did not come in time."""

STOP = {"STOP", "STOPP", "LOPETA", "PERUUTA", "AVSLUTA", "SLUTA", "KONIEC", "REZYGNUJE", "REZYGNUJĘ", "UNSUBSCRIBE"}


def items(line: LineView, raw: Raw) -> Iterable[Item]:
    """Raises NotUnderstood. One part of a long message says nothing by itself: the joined item does (`parts.py`)."""
    try:
        messages = [message for message in pdu.decode_all(raw.body) if message.command in (pdu.DELIVER_SM, pdu.DATA_SM)]
    except pdu.Malformed as error:
        raise NotUnderstood(f"not an SMPP message: {error}") from error
    if not messages:
        raise NotUnderstood("no message in it")
    try:
        if receipts.is_receipt(messages[0]):
            return [receipts.receipt(messages[0], raw.received_at or clock.now(), line.settings.message_ids)]
        if JOINED not in raw.headers and long.part_of(messages[0]):
            return []
        return [_inbound(line, raw, messages)]
    except (ValueError, LookupError) as error:
        raise NotUnderstood(str(error)) from error


def _inbound(line: LineView, raw: Raw, messages: Sequence[Pdu]) -> Inbound:
    first = messages[0]
    text, missing = _text(messages, line.settings.alphabet)
    data: dict[str, Any] = {"segments": len(messages)} if len(messages) > 1 else {}
    data |= {"missing": missing} if missing else {}
    to = numbers.e164(first.text("destination_addr"), line.country, first.number("dest_addr_ton")) or first.text("destination_addr")
    sender = numbers.person(first.text("source_addr"), line.country, first.number("source_addr_ton"))
    key = raw.key or fingerprint(first)
    return Inbound(key, raw.received_at or clock.now(), sender, text, to=to, message_id=key, data=data | stop(text))


def _text(messages: Sequence[Pdu], alphabet: str) -> tuple[str, list[int]]:
    parts = {part.number: message for message in messages if (part := long.part_of(message))}
    total = next((part.total for message in messages if (part := long.part_of(message))), 1)
    missing = [number for number in range(1, total + 1) if number not in parts] if parts else []
    if not missing:
        return long.text_of([parts[number] for number in sorted(parts)] or messages, alphabet), []
    shown = [long.text_of([parts[number]], alphabet) if number in parts else " … " for number in range(1, total + 1)]
    return "".join(shown).strip(), missing


def stop(text: str) -> dict[str, Any]:
    return {"stop": True} if text.strip(" .!'\"\n").upper() in STOP else {}


def fingerprint(message: Pdu) -> str:
    """The same for a PDU that is delivered again: everything but its sequence number."""
    again = pdu.encode(Pdu(message.command, 0, 0, message.fields, message.tlvs))
    return hashlib.sha256(again).hexdigest()[:32]
