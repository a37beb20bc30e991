"""Input that no provider should send and that comes all the same: for `checker.py`."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lanka.channels.base import Advice, Channel, Happening, Inbound, LineView, NotUnderstood, Raw, Receipt

BODIES = [
    b"",
    b" ",
    b"\0",
    b"hello",
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"0",
    b'""',
    b"[[]]",
    b'[{"a": [null]}]',
    b"1e400",
    b"NaN",
    b"9" * 5000,
    b"[" * 100_000,
    b'{"a":' * 5000,
    b'"\\ud800"',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe\x00\x01" * 50,
    b"a=1&b=%zz&text=",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"From: \r\n\r\n",
    bytes(range(256)) * 40,
]
ODD: tuple[Any, ...] = (None, 0, -1, 10**30, 1.5, True, "", "\0", "ä" * 300, [], {}, [None], {"id": None})


def rubbish(known: Sequence[Raw]) -> Iterator[Raw]:
    """Every body under every set of headers that the channel knows, and under none."""
    manners = {json.dumps(dict(raw.headers), sort_keys=True): raw for raw in known}.values()
    for body in BODIES:
        yield Raw(body)
        for raw in manners:
            yield replace(raw, body=body)


def harmed(raw: Raw) -> Iterator[Raw]:
    """A good payload cut short, with flipped octets, with values of the wrong type. The same each time."""
    dice = random.Random(len(raw.body))  # noqa: S311
    for _ in range(15):
        yield replace(raw, body=raw.body[: dice.randrange(len(raw.body) + 1)])
    for _ in range(15 if raw.body else 0):
        octets = bytearray(raw.body)
        octets[dice.randrange(len(octets))] = dice.randrange(256)
        yield replace(raw, body=bytes(octets))
    try:
        said = json.loads(raw.body)
    except ValueError:
        return
    for changed in _changed(said):
        yield replace(raw, body=json.dumps(changed).encode())


def _changed(said: Any) -> Iterator[Any]:
    """One place after another holds something odd, or is gone."""
    yield from ODD
    if isinstance(said, dict):
        for name, value in said.items():
            rest = {other: inner for other, inner in said.items() if other != name}
            yield rest
            yield from ({**rest, name: inner} for inner in _changed(value))
    elif isinstance(said, list):
        for number, value in enumerate(said[:3]):
            yield from ([*said[:number], inner, *said[number + 1 :]] for inner in _changed(value))


def crash(channel: Channel, line: LineView, raw: Raw) -> str:
    """Empty: it was understood, or politely not."""
    try:
        items = list(channel.receive(line, raw))
    except NotUnderstood:
        return ""
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        shown = f"{type(error).__name__}: {error!s:.150} ({Path(where.filename).name}:{where.lineno})"
        return f"receive() raises {shown} on {raw.body[:80]!r}; only NotUnderstood may leave it"
    strange = [item for item in items if not isinstance(item, Inbound | Happening | Receipt | Advice)]
    return f"receive() gives {strange[0]!r:.100} on {raw.body[:80]!r}" if strange else ""
