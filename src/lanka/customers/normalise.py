"""Identifiers in the one form in which they are compared. What could be anybody's is None."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from lanka.core import email_address, phone
from lanka.customers.models import Kind
from lanka.customers.names import fold

Key = tuple[int, str]  # (kind, value)

NOBODY = frozenset(
    [
        "null",
        "none",
        "nil",
        "nan",
        "undefined",
        "anonymous",
        "unknown",
        "guest",
        "n/a",
        "na",
        "test",
        "true",
        "false",
        "-1",
        "-",
        ".",
        "?",
        "x",
    ]
)
NO_MAILBOX = re.compile(
    r"(no|do-?not|dont|never)[-_.]?reply.*|mailer-daemon|postmaster|bounces?([-+_.].*)?|null|none|anonymous|undefined|nobody|unsubscribe"
)


class Known(Protocol):
    """As `channels.items.Known`, which this room may not see."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def proven(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Told:
    """One identifier of one event, normalised."""

    kind: Kind
    value: str
    written: str = ""
    proven: bool = True

    @property
    def key(self) -> Key:
        return int(self.kind), self.value


def normalise(known: Known, country: str = "FI") -> Key | None:
    """(kind, value) as compared, or None for a value that tells nobody from anybody ('', 'null', noreply@…, +358000000)."""
    told = read(known, country)
    return told.key if told else None


def read(known: Known, country: str = "FI") -> Told | None:
    kind = Kind[known.kind.upper()]
    text = unicodedata.normalize("NFC", known.value).replace("\0", "").strip()
    if not text or text.lower() in NOBODY or re.fullmatch(r"[0-]*", text):
        return None
    value = READ[kind](text, country)
    if not value or len(value) > 320 or not value.isprintable():
        return None
    written = (email_address.address(text) or "") if kind is Kind.EMAIL else ""
    # an address on paper cannot be proven by the wire: a household shares it, so it never tells who
    return Told(kind, value, "" if written == value else written, known.proven and kind is not Kind.POSTAL)


def read_all(identifiers: Iterable[Known], country: str = "FI") -> list[Told]:
    """Each value once, the strongest first; proven wins over typed."""
    best: dict[Key, Told] = {}
    for known in identifiers:
        told = read(known, country)
        if told and (told.key not in best or told.proven > best[told.key].proven):
            best[told.key] = told
    return sorted(best.values(), key=lambda told: told.key)


def _email(text: str, country: str) -> str | None:
    key = email_address.key(text)
    return None if key is None or NO_MAILBOX.fullmatch(key.partition("@")[0]) else key


def _phone(text: str, country: str) -> str | None:
    number = phone.e164(text, country)
    # one digit all through: what people type to get past a form
    return None if number is None or len(set(number[-7:])) == 1 else number


def _card(text: str, country: str) -> str | None:
    return re.sub(r"\s+", "", re.sub(r"[‐-―−]", "-", text)).upper()


def _order(text: str, country: str) -> str | None:
    return _card(text.lstrip("#№ "), country)


def _account(text: str, country: str) -> str | None:
    provider, colon, id_there = text.partition(":")
    return None if colon and (not provider or not id_there or id_there.lower() in NOBODY) else text


def _postal(text: str, country: str) -> str | None:
    """Street and place without the name above them: '00100 mannerheimintie 1 a 2'. Needs a postcode and a street."""
    lines = [" ".join(re.findall(r"[\w-]+", fold(line))) for line in re.split(r"[\n,;]+", text)]
    lines = [line for line in lines if line]
    code = re.compile(r"\b(?:[a-z]{1,2}-)?(\d{2}-\d{3}|\d{3} ?\d{2}|\d{4})\b")
    place = next((n for n in range(len(lines) - 1, -1, -1) if n and code.search(lines[n])), None)
    if place is None:
        return None
    found = code.search(lines[place])
    street = next((line for line in reversed(lines[:place]) if re.search(r"\d", line)), lines[place - 1])
    return f"{re.sub('[ -]', '', found[1])} {street}" if found else None


def _as_it_is(text: str, country: str) -> str | None:
    return text


READ: dict[Kind, Callable[[str, str], str | None]] = {
    Kind.CRM: _account,
    Kind.CARD: _card,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.ACCOUNT: _account,
    Kind.ORDER: _order,
    Kind.POSTAL: _postal,
    Kind.VISITOR: _as_it_is,
}
