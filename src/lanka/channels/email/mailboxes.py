"""Addresses in headers: `Name <a@b>`, `a@b (Name)`, groups, several, and what people's programs make of it.

Seen: commas in unquoted names, names in quotes in encoded words, `<a@b>a@b`, `Name a@b`, `Name <>`, `"a@b"`, `Name (a@b)`,
spaces in the address, addresses of 8-bit letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lanka.channels.email.words import WORD, words

MAX_MAILBOXES = 1_000
TOKEN = re.compile(
    rb"(?P<word>" + WORD.pattern + rb")"
    rb'|"(?P<quoted>(?:[^"\\]|\\.)*+)"'
    rb"|\((?P<comment>(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+)\)"
    rb"|<(?P<angle>[^<>]*+)>?"
    rb"|(?P<stop>[,;:])"
    rb"|(?P<space>\s++)"
    rb'|(?P<atom>[^\s"(<>,;:]++|.)',
    re.DOTALL | re.ASCII,
)
ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`email` is empty where there is only a name."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email

    @property
    def valid(self) -> bool:
        return bool(ADDRESS.fullmatch(self.email))


@dataclass(slots=True)
class _Entry:
    """One mailbox being read. Spaces are kept as written: an encoded word may stand in the middle of a word."""

    phrase: list[bytes] = field(default_factory=list)
    quoted: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    angle: bytes | None = None

    def __bool__(self) -> bool:
        return bool(b"".join(self.phrase).strip() or self.comments or self.angle is not None)


def mailboxes(values: Iterable[bytes], hint: str = "") -> list[Mailbox]:
    """All mailboxes of some header fields."""
    found: list[Mailbox] = []
    for value in values:
        found.extend(_read(value, hint))
        if len(found) > MAX_MAILBOXES:
            return found[:MAX_MAILBOXES]
    return found


def _read(value: bytes, hint: str) -> list[Mailbox]:
    found: list[Mailbox] = []
    entry, before = _Entry(), b""  # before: 'Söderholm,' of 'Söderholm, Anna <…>'
    for token in TOKEN.finditer(value):
        kind = token.lastgroup if token["word"] is None else "word"
        if kind != "stop":
            _take(entry, kind or "", token)
            continue
        if token["stop"] == b":" and entry.angle is None and b"@" not in b"".join(entry.phrase):
            entry = _Entry()  # the name of a group, or 'mailto'
            continue
        plain = b"".join(entry.phrase).strip()
        if token["stop"] == b"," and entry.angle is None and plain and b"@" not in plain and not entry.comments:
            before += plain + b", "
        elif entry:
            found.append(_mailbox(entry, before, hint))
            before = b""
        entry = _Entry()
    if entry or before:
        found.append(_mailbox(entry, before, hint))
    return found


def _take(entry: _Entry, kind: str, token: re.Match[bytes]) -> None:
    if kind == "angle" and entry.angle is None:
        entry.angle = token["angle"]
    elif kind == "comment":
        entry.comments.append(token["comment"])
    elif kind == "quoted":
        text = re.sub(rb"\\(.)", rb"\1", token["quoted"])
        entry.quoted.append(text)
        entry.phrase.append(text)
    elif kind != "angle":
        entry.phrase.append(token[0])


def _mailbox(entry: _Entry, before: bytes, hint: str) -> Mailbox:
    phrase = words(b"".join(entry.phrase), hint)
    comment = words(b" ".join(entry.comments), hint)
    if entry.angle is None:
        return _bare(words(before, hint), phrase, comment)
    if before:
        phrase = f"{words(before.rstrip(b', '), hint)}, {phrase}"
    email = cleaned(words(entry.angle, hint))
    name = (phrase or comment).strip(" '\"")
    return Mailbox("" if name.lower() == email.lower() else name, email)


def _bare(before: str, phrase: str, comment: str) -> Mailbox:
    """Without angle brackets: the word with the @ is the address, the other words are the name."""
    pieces = phrase.split(" ")
    at = next((piece for piece in pieces if "@" in piece and ADDRESS.fullmatch(cleaned(piece))), "")
    if at:
        pieces.remove(at)
        rest = " ".join(pieces).strip(" '\"-")
        return Mailbox((before + rest).strip(" ,") or comment, cleaned(at))
    if ADDRESS.fullmatch(cleaned(comment)):
        return Mailbox(phrase, cleaned(comment))
    if "@" in phrase:
        return Mailbox(comment, cleaned(phrase))
    return Mailbox((before + phrase).strip(" ,") or comment, "") if not (phrase and comment) else Mailbox(comment, phrase)


def cleaned(email: str) -> str:
    """Without the marks that cling to it, and without a source route (`@relay:a@b`)."""
    email = email.strip(" \t'\"<>[],;").removeprefix("mailto:").rstrip(".")
    return email.rpartition(":")[2] if email.startswith("@") else email
