"""Translations as files: where they lie, and their compiled form, which is never committed."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("fi", "sv", "pl")
LOCALE = Path(__file__).resolve().parents[1] / "locale"


def po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = po(language)
    if not path.exists():
        return Catalog(locale=language, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def compile_all() -> int:
    """Compiles what is newer than its compiled form; how many."""
    return sum(compile_one(language) for language in LANGUAGES if po(language).exists())


def compile_one(language: str) -> bool:
    source = po(language)
    made = source.with_suffix(".mo")
    if made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    part = made.with_name(f".{os.getpid()}.mo")
    with part.open("wb") as file:
        write_mo(file, read(language))
    part.replace(made)  # whole or not at all: another process may read it now
    return True
