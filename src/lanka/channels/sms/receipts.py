"""Delivery receipts: the text that servers put into a deliver_sm (3.4, appendix B), in its many spellings, and the parameters."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from lanka.channels.items import Receipt, ReceiptState
from lanka.channels.sms import long, pdu
from lanka.channels.sms.pdu import Pdu

Ids = Literal["same", "answer_hex", "receipt_hex"]
"""How the id of a receipt relates to the id of the answer: some servers say one of the two in hexadecimal."""

# MESSAGE_STATE (5.2.28) and the words of the text form.
WORDS = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}
STATES: dict[str, ReceiptState] = {
    "ENROUTE": "sent",
    "BUFFERED": "sent",
    "ACCEPTD": "accepted",
    "DELIVRD": "delivered",
    "EXPIRED": "failed",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "REJECTD": "failed",
    "UNKNOWN": "failed",
}
LONG_WORDS = {"DELIVERED": "DELIVRD", "UNDELIVERABLE": "UNDELIV", "ACCEPTED": "ACCEPTD", "REJECTED": "REJECTD", "FAILED": "UNDELIV"} | {
    "UNDELIVERED": "UNDELIV",
    "DELIVERD": "DELIVRD",
    "UNDELIVRD": "UNDELIV",
    "ENROUT": "ENROUTE",
}
# MAP errors (3GPP 29.002) that no waiting heals: unknown or unidentified subscriber, illegal subscriber or equipment.
NEVER = {1, 5, 9, 12}
GSM_NETWORK = 3

# 'id:1 sub:001 … stat:DELIVRD err:000 text:…', 'ID: 1 … Stat = delivered', and the like. The text may hold anything: it is cut off.
PAIR = re.compile(r"\b(id|submit[ _]?date|done[ _]?date|stat(?:us)?|err(?:or)?)\s*[:=]\s*([^\s;,]*)", re.IGNORECASE)
TEXT = re.compile(r"\btext\s*[:=]", re.IGNORECASE)
RECEIPT_TYPES = {0x04, 0x20}  # esm_class bits 5-2: final receipt, intermediate notification


def is_receipt(message: Pdu) -> bool:
    """Some servers forget the esm_class: the two parameters together are as good."""
    return message.number("esm_class") & 0x3C in RECEIPT_TYPES or (
        pdu.RECEIPTED_MESSAGE_ID in message.tlvs and pdu.MESSAGE_STATE in message.tlvs
    )


def same(message_id: str) -> str:
    """Servers pad with noughts in one place and not in the other, and mix the cases of hexadecimal digits."""
    message_id = message_id.strip().strip('"')
    return (message_id.lstrip("0") or "0").lower() if re.fullmatch(r"[0-9a-fA-F]+", message_id) else message_id


def from_hex(message_id: str, wanted: bool) -> str:
    message_id = same(message_id)
    return str(int(message_id, 16)) if wanted and re.fullmatch(r"[0-9a-f]{1,32}", message_id) else message_id


def ref_of_answer(message_id: str, ids: Ids) -> str:
    return from_hex(message_id, ids == "answer_hex")


def pairs(text: str) -> dict[str, str]:
    """Empty where it has neither an id nor a state."""
    cut = TEXT.search(text)
    found = {re.sub(r"[ _]", "", name.lower()): value for name, value in reversed(PAIR.findall(text[: cut.start()] if cut else text))}
    found = {{"status": "stat", "error": "err"}.get(name, name): value for name, value in found.items()}
    return found if {"id", "stat"} & found.keys() else {}


def receipt(message: Pdu, at: datetime, ids: Ids) -> Receipt:
    """Raises ValueError when it does not say which message or what became of it."""
    said = pairs(long.body(message).decode("latin-1"))
    named = message.tlvs.get(pdu.RECEIPTED_MESSAGE_ID, b"").split(b"\0")[0].decode("latin-1") or said.get("id", "")
    number = message.tlvs.get(pdu.MESSAGE_STATE, b"\0")[-1:]
    word = said.get("stat", "").upper() or WORDS.get(number[0] if number else 0, "")
    word = LONG_WORDS.get(word, word)
    if not named or word not in STATES:
        raise ValueError(f"a receipt without a message id or a known state: {said or dict(message.tlvs)}")
    ref = from_hex(named, ids == "receipt_hex")
    error = said.get("err", "")
    why = "" if STATES[word] in ("delivered", "accepted", "sent") else f"{word} {error}".strip()
    data = {"address": message.text("source_addr"), "done": said.get("donedate", ""), "error": error}
    return Receipt(f"receipt:{ref}:{word}", at, ref, STATES[word], why, _never(message), {k: v for k, v in data.items() if v})


def _never(message: Pdu) -> bool:
    network = message.tlvs.get(pdu.NETWORK_ERROR_CODE, b"")
    return len(network) == 3 and network[0] == GSM_NETWORK and int.from_bytes(network[1:], "big") in NEVER
