"""The parameters behind a header's value (RFC 2045, 2231), in the many wrong forms in which they are written."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from lanka.channels.email.charset import clean, decode
from lanka.channels.email.words import words

# name = "quoted" | unquoted up to ';'.  No part of it can match in two ways: linear in the header's length.
PARAMETER = re.compile(rb";[\s;]*+([^\s=;]{1,80}+)\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"?|([^;]*+))", re.DOTALL)
PIECE = re.compile(r"(.+?)\*(?:(\d{1,3})(\*)?)?")
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def parameters(value: bytes) -> dict[str, str]:
    """Names in lower case. The first of two of the same name counts."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for found in PARAMETER.finditer(value[:64_000]):
        name = found[1].decode("latin-1").lower()
        raw = unescaped(found[2]) if found[2] is not None else found[3].strip()
        if (extended := PIECE.fullmatch(name)) and (found[3] is not None or extended[2] or b"'" in raw):
            number, star = int(extended[2] or 0), bool(extended[3]) or not extended[2]
            pieces.setdefault(extended[1], []).append((number, star, raw))
        else:
            plain.setdefault(name.rstrip("*"), text(raw))
    return plain | {name: joined(parts) for name, parts in pieces.items()}


def unescaped(raw: bytes) -> bytes:
    """Windows paths in a name were never meant as escapes."""
    return raw if re.search(rb"[A-Za-z]:\\", raw) else ESCAPED.sub(rb"\1", raw)


def text(raw: bytes) -> str:
    if b"=?" in raw:
        return words(raw)
    if re.match(rb"(?i)utf-8''", raw):  # an extended value without its star
        return joined([(0, True, raw)])
    return decode(raw)


def joined(pieces: list[tuple[int, bool, bytes]]) -> str:
    """`charset'language'percent-encoded`, in numbered pieces that may come in any order."""
    pieces = sorted(pieces, key=lambda piece: piece[0])[:500]
    charset, out = "", b""
    for at, (_, star, raw) in enumerate(pieces):
        piece = raw
        if at == 0 and star and raw.count(b"'") >= 2:
            label, _, piece = raw.split(b"'", 2)
            charset = label.decode("latin-1")
        out += unquote_to_bytes(piece) if star else piece
    return clean(words(out)) if b"=?" in out else decode(out, charset)
