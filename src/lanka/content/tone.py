"""What makes a mail look like rubbish, to filters and to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from lanka.content import blocks as b

if TYPE_CHECKING:
    from lanka.content.check import Finding

LONG_SUBJECT = 70
SHORTENERS = {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd"}
LINKED = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()]+)\)")
FALSE_START = re.compile(r"^\s*(re|fw|fwd|vs|sv|odp)\s*:", re.IGNORECASE)


def tone(language: str, written: b.Written) -> Iterator[Finding]:
    from lanka.content.check import Finding

    def look(block: str, field: str, words: str, mend: str) -> Finding:
        return Finding("look", language, block, field, words, mend)

    subject = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", written.subject)
    letters = [c for c in subject if c.isalpha()]
    if len(letters) > 8 and sum(c.isupper() for c in letters) > 0.6 * len(letters):
        yield look("", "subject", _("The subject shouts."), _("Capitals at the beginning and in names are enough."))
    if subject.count("!") > 1 or "!!" in subject:
        yield look("", "subject", _("The subject has many exclamation marks."), _("One is enough, none is better."))
    if len(subject) > LONG_SUBJECT:
        yield look("", "subject", _("The subject is long: telephones show about 40 signs."), _("Say the most important first."))
    if FALSE_START.match(subject):
        yield look("", "subject", _("The subject looks like an answer, and is none."), _("Leave “Re:” out."))
    for block in written.blocks:
        for words, url in linked(block):
            host = urlsplit(url).hostname or ""
            if host in SHORTENERS:
                yield look(
                    block.id,
                    "text",
                    _("%(host)s is used by spammers.") % {"host": host},
                    _("Give the real address; Lanka shortens it itself."),
                )
            if re.match(r"(https?://|www\.)", words) and urlsplit(words if "//" in words else f"//{words}").hostname != host:
                yield look(block.id, "text", _("The link says one address and leads to another."), _("Let the words say what is there."))
    if pictures_only(written):
        yield look("", "", _("Hardly anything but pictures."), _("Filters mistrust that, and many see no pictures. Write a few lines."))


def linked(block: b.One) -> Iterator[tuple[str, str]]:
    for match in LINKED.finditer(getattr(block, "text", "")):
        yield match[1], match[2]
    if url := getattr(block, "url", ""):
        yield "", url


def pictures_only(written: b.Written) -> bool:
    words = sum(len(getattr(block, "text", "") or "") for block in written.blocks)
    return any(isinstance(block, b.Picture) for block in written.blocks) and words < 80
