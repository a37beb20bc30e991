"""SMPP 3.4 on the wire: a PDU is a header of four integers, fields in a fixed order, then optional parameters (TLVs).

Source: Short Message Peer to Peer Protocol Specification v3.4, Issue 1.2, chapters 3 to 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

HEADER = struct.Struct(">IIII")
LONGEST = 70_000  # message_payload is at most 65,535 octets; anything longer is not SMPP

GENERIC_NACK = 0x80000000
BIND_RECEIVER = 0x00000001
BIND_TRANSMITTER = 0x00000002
SUBMIT_SM = 0x00000004
DELIVER_SM = 0x00000005
UNBIND = 0x00000006
BIND_TRANSCEIVER = 0x00000009
ENQUIRE_LINK = 0x00000015
DATA_SM = 0x00000103
RESPONSE = 0x80000000

SAR_MSG_REF_NUM = 0x020C
SAR_TOTAL_SEGMENTS = 0x020E
SAR_SEGMENT_SEQNUM = 0x020F
RECEIPTED_MESSAGE_ID = 0x001E
NETWORK_ERROR_CODE = 0x0423
MESSAGE_PAYLOAD = 0x0424
MESSAGE_STATE = 0x0427

# One letter a kind: z = text ended by a zero octet, b = one octet, m = length octet and message.
_BIND = {"system_id": "z", "password": "z", "system_type": "z", "interface_version": "b"} | {
    "addr_ton": "b",
    "addr_npi": "b",
    "address_range": "z",
}
_ENDS = {"service_type": "z", "source_addr_ton": "b", "source_addr_npi": "b", "source_addr": "z"} | {
    "dest_addr_ton": "b",
    "dest_addr_npi": "b",
    "destination_addr": "z",
    "esm_class": "b",
}
_SM = _ENDS | {
    "protocol_id": "b",
    "priority_flag": "b",
    "schedule_delivery_time": "z",
    "validity_period": "z",
    "registered_delivery": "b",
    "replace_if_present_flag": "b",
    "data_coding": "b",
    "sm_default_msg_id": "b",
    "short_message": "m",
}
LAYOUT: dict[int, dict[str, str]] = {
    **dict.fromkeys((BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER), _BIND),
    **{key: {"system_id": "z"} for key in (BIND_RECEIVER | RESPONSE, BIND_TRANSMITTER | RESPONSE, BIND_TRANSCEIVER | RESPONSE)},
    **dict.fromkeys((SUBMIT_SM, DELIVER_SM), _SM),
    DATA_SM: _ENDS | {"registered_delivery": "b", "data_coding": "b"},
    **{key: {"message_id": "z"} for key in (SUBMIT_SM | RESPONSE, DELIVER_SM | RESPONSE, DATA_SM | RESPONSE)},
    **{key: {} for key in (UNBIND, UNBIND | RESPONSE, ENQUIRE_LINK, ENQUIRE_LINK | RESPONSE, GENERIC_NACK)},
}


class Malformed(ValueError):
    """These bytes are not a PDU that we know."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """`fields` that are left out are 0 or empty; they stay out of the repr because a bind holds the password."""

    command: int
    status: int = 0
    sequence: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tlvs: Mapping[int, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.fields.get(name, ""))

    def number(self, name: str) -> int:
        return int(self.fields.get(name, 0))

    def answer(self, status: int = 0, **fields: Any) -> Pdu:
        return Pdu(self.command | RESPONSE, status, self.sequence, fields)


def encode(pdu: Pdu) -> bytes:
    """Raises Malformed when a value does not fit its field."""
    layout = LAYOUT[pdu.command]
    left_out = pdu.status and pdu.command & RESPONSE and not pdu.fields  # an error may come without its body (3.4, 4.1.2)
    body = b"" if left_out else b"".join(_octets(kind, pdu.fields.get(name), name) for name, kind in layout.items())
    body += b"".join(struct.pack(">HH", tag, len(value)) + value for tag, value in pdu.tlvs.items())
    return HEADER.pack(HEADER.size + len(body), pdu.command, pdu.status, pdu.sequence) + body


def _octets(kind: str, value: Any, name: str) -> bytes:
    try:
        if kind == "z":
            octets = str(value or "").encode("latin-1")
            if 0 in octets:
                raise Malformed(f"{name} holds a zero octet")
            return octets + b"\0"
        return bytes([value or 0]) if kind == "b" else bytes([len(value or b"")]) + (value or b"")
    except ValueError as error:
        raise Malformed(f"{name} does not fit: {error}") from error


def decode(data: bytes) -> Pdu:
    """One whole PDU. Raises Malformed."""
    if len(data) < HEADER.size or int.from_bytes(data[:4], "big") != len(data):
        raise Malformed("the length does not agree")
    _, command, status, sequence = HEADER.unpack_from(data)
    if command not in LAYOUT:
        raise Malformed(f"unknown command {command:#010x}")
    fields: dict[str, Any] = {}
    at = HEADER.size
    if len(data) > at or not command & RESPONSE:
        for name, kind in LAYOUT[command].items():
            if at == len(data) and command & RESPONSE:
                break  # some servers leave the message id out of an answer
            fields[name], at = _value(kind, data, at)
    return Pdu(command, status, sequence, fields, dict(_tlvs(data, at)))


def _value(kind: str, data: bytes, at: int) -> tuple[Any, int]:
    if at >= len(data):
        raise Malformed("it ends in the middle")
    if kind == "b":
        return data[at], at + 1
    if kind == "z":
        end = data.find(b"\0", at)
        if end < 0:
            raise Malformed("a text without its end")
        return data[at:end].decode("latin-1"), end + 1
    end = at + 1 + data[at]
    if end > len(data):
        raise Malformed("the message is shorter than it says")
    return data[at + 1 : end], end


def _tlvs(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at < len(data):
        if at + 4 > len(data):
            raise Malformed("half an optional parameter")
        tag, length = struct.unpack_from(">HH", data, at)
        at += 4 + length
        if at > len(data):
            raise Malformed("an optional parameter longer than the PDU")
        yield tag, data[at - length : at]


def decode_all(data: bytes) -> list[Pdu]:
    """PDUs that stand one after another. Raises Malformed."""
    pdus = []
    while data:
        length = int.from_bytes(data[:4], "big")
        if not HEADER.size <= length <= min(LONGEST, len(data)):
            raise Malformed(f"a PDU of {length} octets")
        pdus.append(decode(data[:length]))
        data = data[length:]
    return pdus
