"""The only way into the exchange log: what was said and heard, without what opens something.

Out go the secrets of the line's own settings (also as they stand in an address or in base64), credentials by their name or scheme,
everything of a web address but its host (the rest may be a token), and codes in messages that speak of one, also where a provider
repeats them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from lanka.channels.models import Exchange, Line
from lanka.core import secrets

MASK = "•••"
SHORTEST = 4  # a shorter secret would take letters out of every word
NAMED = re.compile(
    r"""(?ix)( (?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|authori[sz]ation|signature|otp|pin)
    ["']?\s*[:=]\s*["']? (?:(?:basic|bearer|digest|token)\s+)? ) [^\s"'&,;}<>]+"""
)
SCHEME = re.compile(r"(?i)\b((?:basic|bearer|digest)\s+)[\w.~+/=-]{8,}")
JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*")
ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?:[^\s/@]*@)?([^\s/?#<>\"']+)[^\s<>\"']*")
SPEAKS_OF_A_CODE = re.compile(r"(?i)\b(code|codes|one-time|koodi\w*|tunnusluku\w*|kod\w*|engångs\w*|hasł\w*|otp|pin)\b")
CODE = re.compile(r"(?<![\w+])(?:\d{3}[ -]\d{3,4}|\d{4,8})(?!\w)")


def exchange(line: Line, *, what: str, ok: bool, said: str = "", heard: str = "", milliseconds: int = 0, ref: str = "") -> Exchange:
    """A row for the log, redacted and cut; the caller saves it, alone or with others."""
    known = (*secrets_of(line), *codes_in(said))
    return Exchange(
        line=line,
        what=what,
        ok=ok,
        said=redacted(said, known)[:4000],
        heard=redacted(heard, known)[:4000],
        milliseconds=milliseconds,
        ref=ref[:200],
    )


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """`known`: what must not stand there in any case."""
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = ADDRESS.sub(rf"\1\2/{MASK}", text)
    text = NAMED.sub(rf"\1{MASK}", text)
    return JWT.sub(MASK, SCHEME.sub(rf"\1{MASK}", text))


def codes_in(said: str) -> list[str]:
    return CODE.findall(said) if SPEAKS_OF_A_CODE.search(said) else []


def secrets_of(line: Line) -> list[str]:
    return [form for locked in locked_in(line.settings) for form in opened(locked)]


def locked_in(value: Any) -> Iterator[str]:
    """Every locked string of the stored settings, however deep."""
    if isinstance(value, str) and value.startswith(secrets.MARK):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from locked_in(inner)


@lru_cache(maxsize=256)
def opened(locked: str) -> tuple[str, ...]:
    """The secret in the forms in which it travels; nothing where it was locked with another key and can be used by nobody."""
    try:
        plain = secrets.unlock(locked)
    except ValueError:
        return ()
    if len(plain) < SHORTEST:
        return ()
    return tuple({plain, quote(plain, safe=""), quote_plus(plain), base64.b64encode(plain.encode()).decode()})
