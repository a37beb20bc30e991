"""Long messages: one text in several PDUs, told by a user data header (UDH) or by the sar_* parameters; and what a PDU's text is."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lanka.channels.sms import gsm7, pdu
from lanka.channels.sms.pdu import Pdu

UDH_INDICATOR = 0x40  # in esm_class
CONCATENATED_8, CONCATENATED_16 = 0x00, 0x08  # information elements of 3GPP 23.040, 9.2.3.24


@dataclass(frozen=True, slots=True)
class Part:
    """`number` of `total`, the first is 1; parts of one message share `ref`, which comes again after 256 or 65,536 messages."""

    ref: int
    total: int
    number: int


def header(part: Part) -> bytes:
    return bytes([5, CONCATENATED_8, 3, part.ref, part.total, part.number])


def body(message: Pdu) -> bytes:
    """All of it, with a UDH where there is one."""
    return message.fields.get("short_message") or message.tlvs.get(pdu.MESSAGE_PAYLOAD, b"")


def _cut(message: Pdu) -> tuple[bytes, bytes]:
    """The elements of the UDH, and the text. A header that is longer than the message is no header."""
    data = body(message)
    if not message.number("esm_class") & UDH_INDICATOR or not data or data[0] >= len(data):
        return b"", data
    return data[1 : 1 + data[0]], data[1 + data[0] :]


def _elements(octets: bytes) -> Iterator[tuple[int, bytes]]:
    while len(octets) >= 2:
        kind, length = octets[0], octets[1]
        yield kind, octets[2 : 2 + length]
        octets = octets[2 + length :]


def part_of(message: Pdu) -> Part | None:
    """None: it is whole by itself."""
    found = next((p for p in map(_from_element, _elements(_cut(message)[0])) if p), None) or _from_sar(message)
    return found if found and found.total > 1 and 1 <= found.number <= found.total else None


def _from_element(element: tuple[int, bytes]) -> Part | None:
    kind, value = element
    if kind == CONCATENATED_8 and len(value) == 3:
        return Part(*value)
    if kind == CONCATENATED_16 and len(value) == 4:
        return Part(int.from_bytes(value[:2], "big"), value[2], value[3])
    return None


def _from_sar(message: Pdu) -> Part | None:
    values = [message.tlvs.get(tag) for tag in (pdu.SAR_MSG_REF_NUM, pdu.SAR_TOTAL_SEGMENTS, pdu.SAR_SEGMENT_SEQNUM)]
    return Part(*(int.from_bytes(value or b"", "big") for value in values)) if all(values) else None


# 3.4, 5.2.19. 0 is the server's own default alphabet, which the line's settings name.
CODECS = {1: "ascii", 3: "latin-1", 5: "shift_jis", 6: "iso8859-5", 7: "iso8859-8", 8: "utf-16-be", 10: "iso2022_jp", 14: "euc_kr"}


def codec(data_coding: int) -> str:
    """A Python codec, '' for the default alphabet, 'binary' for what is not text."""
    if data_coding < 0x10:
        return "binary" if data_coding in (2, 4, 9, 13) else CODECS.get(data_coding, "")
    if data_coding < 0x80:  # GSM general groups: bits 3 and 2 are the alphabet
        return ("", "binary", "utf-16-be", "")[data_coding >> 2 & 3]
    if data_coding & 0xF0 == 0xE0:
        return "utf-16-be"
    return "binary" if data_coding & 0xF4 == 0xF4 else ""


def text_of(messages: Sequence[Pdu], default: str) -> str:
    """One text of the parts, in order. Octets are joined before they are read: a sender may cut a character in two.

    Raises LookupError when it is not text.
    """
    coding = codec(messages[0].number("data_coding"))
    data = b"".join(_cut(message)[1] for message in messages)
    if coding == "binary":
        raise LookupError("a binary message")
    if coding or default != "gsm7":
        return codecs.decode(data, coding or default, "replace")
    return gsm7.decode(data)
