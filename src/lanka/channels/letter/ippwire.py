"""IPP messages as octets (RFC 8010): groups of named attributes. As much of it as jobs and printers need, both ways.

Own, because pyipp drops attributes that its table does not list (`limit`, `print-color-mode`) and stumbles over empty groups.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

OPERATION, JOB, END, PRINTER, UNSUPPORTED = 1, 2, 3, 4, 5  # groups
INTEGER, BOOLEAN, ENUM, DATE, COLLECTION, END_COLLECTION = 0x21, 0x22, 0x23, 0x31, 0x34, 0x37
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
TAGS = {
    "attributes-charset": CHARSET,
    "attributes-natural-language": LANGUAGE,
    "printer-uri": URI,
    "job-uri": URI,
    "requesting-user-name": NAME,
    "job-name": NAME,
    "document-name": NAME,
    "document-format": MIME,
    "document-format-supported": MIME,
    "job-state": ENUM,
    "printer-state": ENUM,
    "printer-make-and-model": TEXT,
}
PRINT_JOB, GET_JOBS, GET_PRINTER = 0x0002, 0x000A, 0x000B
PENDING, PROCESSING, CANCELED, ABORTED, COMPLETED = 3, 5, 7, 8, 9  # job-state

Attributes = dict[str, Any]


class Broken(ValueError):
    """These octets are no IPP message."""


@dataclass
class Message:
    """A request (`code` is the operation) or an answer (`code` is the status)."""

    code: int
    groups: list[tuple[int, Attributes]] = field(default_factory=list)
    data: bytes = b""
    number: int = 1
    version: tuple[int, int] = (2, 0)

    def of(self, group: int) -> list[Attributes]:
        return [attributes for tag, attributes in self.groups if tag == group]

    def first(self, group: int) -> Attributes:
        return next(iter(self.of(group)), {})


def encode(message: Message) -> bytes:
    """Strings are keywords unless `TAGS` says otherwise; a list is a set of values."""
    made = [struct.pack(">bbHi", *message.version, message.code, message.number)]
    for group, attributes in message.groups:
        made.append(bytes([group]))
        for name, values in attributes.items():
            for i, value in enumerate(values if isinstance(values, list) else [values]):
                tag, octets = _value(name, value)
                key = name.encode() if i == 0 else b""
                made.append(struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(octets)) + octets)
    return b"".join([*made, bytes([END]), message.data])


def _value(name: str, value: Any) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return BOOLEAN, bytes([value])
    if isinstance(value, int):
        return TAGS.get(name, INTEGER), struct.pack(">i", value)
    if isinstance(value, datetime):
        return DATE, _date(value)
    return TAGS.get(name, KEYWORD), str(value).encode()


def _date(at: datetime) -> bytes:
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    sign, hours, rest = (b"-" if minutes < 0 else b"+"), abs(minutes) // 60, abs(minutes) % 60
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond // 100_000)
    return struct.pack(">HBBBBBBcBB", *moment, sign, hours, rest)


def decode(octets: bytes) -> Message:
    """Raises Broken. Collections are skipped; every other unknown value is kept as text."""
    try:
        return _decode(octets)
    except (struct.error, IndexError, ValueError, UnicodeError) as error:
        raise Broken(f"no IPP message: {error}") from error


def _decode(octets: bytes) -> Message:
    major, minor, code, number = struct.unpack_from(">bbHi", octets, 0)
    message, at, name, depth = Message(code, number=number, version=(major, minor)), 8, "", 0
    while (tag := octets[at]) != END:
        at += 1
        if tag < 0x10:
            message.groups.append((tag, {}))
            continue
        key, at = _octets(octets, at)
        value, at = _octets(octets, at)
        depth += (tag == COLLECTION) - (tag == END_COLLECTION)
        if depth or tag == END_COLLECTION or not message.groups:
            continue
        name = key.decode() or name
        _keep(message.groups[-1][1], name, _read(tag, value), more=not key)
    message.data = octets[at + 1 :]
    return message


def _octets(octets: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", octets, at)
    found = octets[at + 2 : at + 2 + length]
    if len(found) != length:
        raise Broken("it ends in the middle")
    return found, at + 2 + length


def _keep(attributes: Attributes, name: str, value: Any, *, more: bool) -> None:
    if not more:
        attributes[name] = value
    elif isinstance(attributes.get(name), list):
        attributes[name].append(value)
    else:
        attributes[name] = [attributes.get(name), value]


def _read(tag: int, value: bytes) -> Any:
    if tag in (INTEGER, ENUM):
        return struct.unpack(">i", value)[0]
    if tag == BOOLEAN:
        return value != b"\0"
    if tag == DATE:
        year, month, day, hour, minute, second, tenth, sign, hours, minutes = struct.unpack(">HBBBBBBcBB", value)
        zone = timezone((1 if sign == b"+" else -1) * timedelta(hours=hours, minutes=minutes))
        return datetime(year, month, day, hour, minute, min(second, 59), tenth * 100_000, zone)
    return value.decode("utf-8", "replace") if tag >= 0x40 else None
