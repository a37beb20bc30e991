"""`./lanka messages`: gathers the words for translation into locale/*.po and says which are missing."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from lanka.cli.catalogues import LANGUAGES, compile_all, po, read
from lanka.cli.checks.messages import complaints, forms

VOLATILE = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
    "Report-Msgid-Bugs-To",
    "Project-Id-Version",
)


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lanka messages", description="Updates src/lanka/locale; translations are kept, unused ones go."
    )
    parser.add_argument("--missing", metavar="LANGUAGE", choices=LANGUAGES, help="print the messages without translation, one a line")
    options = parser.parse_args(argv)
    from lanka.cli.extract import template

    wanted = template()
    if options.missing:
        print("\n".join(missing(wanted, options.missing)))
        return 0
    for language in LANGUAGES:
        update(language, wanted)
    compile_all()
    found = complaints(wanted)
    print("\n".join([*found, f"{len(wanted)} messages, {len(found)} complaints"]))
    return 1 if found else 0


def update(language: str, wanted: Catalog) -> None:
    catalog = read(language)
    catalog.update(wanted, no_fuzzy_matching=True)
    path = po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalog))


def written(catalog: Catalog) -> bytes:
    """Sorted, without places and dates: a change of ten words is a diff of ten words."""
    catalog.fuzzy, catalog.header_comment = False, ""
    for message in catalog:
        message.locations, message.auto_comments = [], []
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, no_location=True, ignore_obsolete=True, width=120)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return (
        "".join(line for line in lines if not line.startswith(tuple(f'"{name}:' for name in VOLATILE)) and line != "#\n").lstrip().encode()
    )


def missing(wanted: Catalog, language: str) -> list[str]:
    catalog = read(language)
    return [repr(message.id) for message in wanted if message.id and not filled(catalog.get(message.id, message.context))]


def filled(message: Message | None) -> bool:
    return message is not None and all(forms(message))
