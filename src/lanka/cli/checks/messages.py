"""Every message is translated into every language, none is left over, and each keeps its placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from lanka.cli.catalogues import LANGUAGES, read

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def check() -> list[str]:
    from lanka.cli.extract import template

    return complaints(template())


def complaints(wanted: Catalog) -> list[str]:
    return [f"{language}: {words}" for language in LANGUAGES for words in wrong(wanted, read(language))]


def wrong(wanted: Catalog, catalog: Catalog) -> Iterator[str]:
    for message in wanted:
        if not message.id:
            continue
        known = catalog.get(message.id, message.context)
        if known is None:
            yield f"missing (run ./lanka messages): {shown(message)}"
        elif known.fuzzy:
            yield f"fuzzy: {shown(message)}"
        elif not all(forms(known)):
            yield f"not translated: {shown(message)}"
        elif words := changed(known):
            yield f"placeholders differ: {shown(message)}: {words}"
    known_here = {(message.id, message.context) for message in wanted}
    for message in catalog:
        if message.id and (message.id, message.context) not in known_here:
            yield f"no longer used (run ./lanka messages): {shown(message)}"


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def changed(message: Message) -> str:
    """A plural's form may leave out a number that it says in words ('one message'); none may invent a placeholder."""
    plural = not isinstance(message.id, str)
    wanted = placeholders(message.id if isinstance(message.id, str) else message.id[-1])
    for form in forms(message):
        found = placeholders(form)
        if found != wanted and not (plural and set(found) <= set(wanted)):
            return f"{' '.join(found) or 'none'} for {' '.join(wanted) or 'none'}"
    return ""


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def shown(message: Message) -> str:
    return repr(message.id if isinstance(message.id, str) else message.id[0])
