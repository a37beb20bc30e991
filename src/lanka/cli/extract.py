"""Finds the words that are marked for translation: in Python, in Django's templates, in plain JavaScript. Needs no GNU gettext."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOMS = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
METHODS = {".py": "python", ".html": "python", ".txt": "python", ".js": "javascript"}


def template() -> Catalog:
    """All messages of the house, without translations."""
    catalog = Catalog(domain="django")
    for path in sources():
        try:
            for message, context in found(path):
                catalog.add(message, context=context)
        except (SyntaxError, ValueError) as error:
            raise SystemExit(f"lanka: {path.relative_to(ROOMS)}: cannot be read for translation: {error}") from error
    return catalog


def sources() -> Iterator[Path]:
    for path in sorted(ROOMS.rglob("*")):
        skipped = {"migrations", "captured", "locale", "__pycache__", "cli"} & set(path.parts)
        if path.suffix in METHODS and not skipped and not path.name.startswith("test_"):
            yield path


def found(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text()
    if path.suffix in (".html", ".txt"):
        if "{%" not in text:
            return
        text = flat(templatize(text, origin=str(path)))
    for _line, message, _comments, context in extract(METHODS[path.suffix], io.BytesIO(text.encode()), KEYWORDS):
        yield message, context


def flat(code: str) -> str:
    """What `templatize` makes is nearly Python: without its indentation it can be read as Python."""
    return re.sub(r"^[ \t]+", "", code, flags=re.MULTILINE)
