"""Header text: encoded words (RFC 2047) as people's programs really write them, and raw 8-bit bytes that nobody declared.

Seen: encoded words inside quotes and inside other words, spaces inside them, a character cut in two by two words, lost padding,
a charset that lies.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from lanka.channels.email.charset import clean, decode
from lanka.channels.email.transfer import base64

# The text of a word is bounded, so a header full of '=?' costs a fixed time for each.
WORD = re.compile(rb"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]{0,2000}(?:\?(?!=)[^?]{0,500}){0,3})\?=", re.ASCII)
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
BETWEEN = re.compile(rb"[ \t\r\n]*")


def words(raw: bytes, hint: str = "") -> str:
    """One line of text. `hint`: the charset of the body, for bytes that nobody declared."""
    text = "".join(_pieces(raw, hint)) if b"=?" in raw else decode(raw, "", hint)
    return clean(one_line(text))


def one_line(text: str) -> str:
    """No line end may get from an encoded word into anything (header injection), no mark that turns the writing direction."""
    if not text.isprintable():
        text = INVISIBLE.sub("", text)
    return " ".join(text.split())


def _pieces(raw: bytes, hint: str) -> Iterator[str]:
    at, pending, charset = 0, b"", ""
    for found in WORD.finditer(raw):
        gap = raw[at : found.start()]
        name = found[1].decode("ascii").lower()
        if pending and (not BETWEEN.fullmatch(gap) or name != charset):
            yield decode(pending, charset)
            pending = b""
        if not (at and BETWEEN.fullmatch(gap)):
            yield decode(gap, "", hint)
        pending, charset, at = pending + _bytes(found[2], found[3]), name, found.end()
    if pending:
        yield decode(pending, charset)
    yield decode(raw[at:], "", hint)


def _bytes(kind: bytes, text: bytes) -> bytes:
    if kind in b"bB":
        return base64(text)
    return binascii.a2b_qp(text.replace(b"\r", b"").replace(b"\n", b""), header=True)
