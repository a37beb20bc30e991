"""Names, folded: what people type finds what people are called ('lukasz' finds Łukasz, 'soderholm' finds Söderholm)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
GENERIC = frozenset(
    [
        *("customer", "asiakas", "kund", "klient", "guest", "vieras", "gast", "gosc", "visitor", "anonymous", "unknown", "test"),
        *("admin", "info", "sales", "office", "user", "asiakaspalvelu", "myynti", "toimisto", "kundtjanst", "biuro", "sklep", "nimeton"),
    ]
)


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(LETTERS)


def words(text: str) -> list[str]:
    """The folded words; hyphens and dots part them."""
    return re.findall(r"[^\W_]+", fold(text))


def same_words(text: str) -> str:
    """What two writings of one name share: 'Laine, Maija' and 'maija laine'."""
    return " ".join(sorted(words(text)))


def search_words(names: Iterable[str]) -> str:
    return " ".join(sorted({word[:60] for name in names for word in words(name)}))


def is_generic(name: str) -> bool:
    """A name that says nothing: one word only, or a role."""
    parts = words(name)
    return len(parts) < 2 or any(part in GENERIC for part in parts)


def language_tag(text: str) -> str:
    """BCP 47 as told, '' for what is none."""
    return text if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) and len(text) <= 10 else ""


def tidy(name: str) -> str:
    """One line, no control characters, at most what the column holds."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:200]
