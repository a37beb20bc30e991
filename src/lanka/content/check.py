"""What is wrong with a text, found before it is sent: where, in words, and how to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lanka.channels.base import Capabilities
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.content import blocks as b
from lanka.content.compose import tokens
from lanka.content.fields import FIELDS, held, samples
from lanka.content.liquid import BadLiquid
from lanka.content.prepare import prepare
from lanka.content.tone import tone
from lanka.content.uses import uses

ADDRESSES = {"url"}
NOT_WORDS = {"id", "kind", "file", "width", "height", "lines", "parcel"}
GIVEN = ("order.", "invoice.", "links.", "agent.", "shop.")  # given by the sending that is about them
LINKED = re.compile(r"\[([^\]\n]+)\]\(([^\s()]*)\)")
PARTS = 3  # of a text message, before it is called long


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` stops an approval; `look` does not. `block`: its id, empty for the subject and the like; `field`: which input."""

    level: Literal["wrong", "look"]
    language: str
    block: str
    field: str
    words: str
    mend: str = ""

    def plain(self) -> dict[str, str]:
        return asdict(self)


def findings(texts: Mapping[str, Any], people: Sequence[Mapping[str, Any]] = (), *, languages: Sequence[str] = ()) -> list[Finding]:
    """`people`: the values of those who are to get it, as far as known; `languages`: which must be there (all that Lanka speaks)."""
    try:
        read = b.read(texts)
    except b.NotBlocks as error:
        return [Finding("wrong", f["language"], f["block"], f["field"], f["words"]) for f in error.faults]
    found = list(missing_languages(read, languages or [code for code, _name in settings.LANGUAGES]))
    for language, written in read.items():
        own = [*envelope(language, written), *of_blocks(language, written), *fields(language, written, people), *tone(language, written)]
        found += own or [] if any(one.level == "wrong" for one in own) else [*own, *composed(texts, language)]
    return sorted(found, key=lambda one: one.level != "wrong")


def missing_languages(texts: b.Texts, languages: Sequence[str]) -> Iterator[Finding]:
    if not texts:
        yield Finding("wrong", "", "", "", _("Nothing is written yet."), _("Begin with one language."))
    names = dict(settings.LANGUAGES)
    everywhere = {block.id: block for written in texts.values() for block in written.blocks}
    for language in languages if texts else ():
        name = names.get(language, language)
        if language not in texts or not texts[language].blocks:
            words = _("Not written yet: %(language)s") % {"language": name}
            yield Finding("look", language, "", "", words, _("Who reads it gets another language. Copy from one and translate."))
            continue
        gone = [block for name_, block in everywhere.items() if name_ not in {one.id for one in texts[language].blocks}]
        if gone:
            words = ngettext("%(n)d block is missing: %(language)s", "%(n)d blocks are missing: %(language)s", len(gone))
            yield Finding(
                "look", language, "", "", words % {"n": len(gone), "language": name}, _("Copy what is missing from another language.")
            )


def envelope(language: str, written: b.Written) -> Iterator[Finding]:
    if not written.subject.strip():
        yield Finding("wrong", language, "", "subject", _("There is no subject."), _("A mail and a letter need one."))
    if not written.blocks:
        yield Finding("wrong", language, "", "", _("Nothing is written yet."), _("Add a block."))
    if not written.preview.strip():
        yield Finding("look", language, "", "preview", _("There is no preview line."), _("Inboxes show it beside the subject."))


def of_blocks(language: str, written: b.Written) -> Iterator[Finding]:
    for block in written.blocks:
        yield from of_block(language, block)


def of_block(language: str, block: b.One) -> Iterator[Finding]:
    if isinstance(block, b.Picture | b.Product) and block.file and not block.alt.strip():
        mend = _("Say in a few words what it shows, for who cannot see it.")
        yield Finding("wrong", language, block.id, "alt", _("The picture has no words."), mend)
    if isinstance(block, b.Picture) and not block.file:
        yield Finding("wrong", language, block.id, "file", _("There is no picture."), _("Choose a file, or take the block away."))
    if isinstance(block, b.Button):
        if not block.label.strip():
            yield Finding("wrong", language, block.id, "label", _("The button says nothing."), _("Name what happens: “Book a service”."))
        if not block.url.strip() and not block.reply:
            yield Finding("wrong", language, block.id, "url", _("The button leads nowhere."), _("Give it an address."))
    if isinstance(block, b.Heading | b.Text | b.Legal) and not block.text.strip():
        yield Finding("look", language, block.id, "text", _("This block is empty."), _("Write something, or take it away."))
    for field, url in links(block):
        yield from address(language, block.id, field, url)


def links(block: b.One) -> Iterator[tuple[str, str]]:
    if url := getattr(block, "url", ""):
        yield "url", url
    for match in LINKED.finditer(getattr(block, "text", "")):
        yield "text", match[2]


def address(language: str, block: str, field: str, url: str) -> Iterator[Finding]:
    if not re.match(r"https://[^\s/]+|mailto:\S+@|tel:\+?\d|\{\{", url, re.IGNORECASE):
        words = _("“%(url)s” is no safe address.") % {"url": url[:60]}
        yield Finding("wrong", language, block, field, words, _("Begin it with https://."))


def fields(language: str, written: b.Written, people: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for block, field, source in sources(written):
        try:
            used = uses(source)
        except BadLiquid as error:
            mend = _("A condition begins and ends in the same field: {% if … %} … {% endif %}.")
            yield Finding("wrong", language, block, field, _("This cannot be read: %(why)s") % {"why": error}, mend)
            continue
        for use in used:
            yield from of_field(language, block, field, use.path, people, safe=use.safe)


def sources(written: b.Written) -> Iterator[tuple[str, str, str]]:
    """Every piece that may hold Liquid: block id, field, source."""
    for field in ("subject", "preview", "short"):
        yield "", field, getattr(written, field)
    for block in written.blocks:
        for field, value in block.model_dump().items():
            if field == "rows":
                yield from ((block.id, "rows", text) for row in value for text in row.values())
            elif field == "when":
                yield block.id, field, f"{{% if {value} %}}{{% endif %}}" if value.strip() else ""
            elif field not in NOT_WORDS and isinstance(value, str):
                yield block.id, field, value


def of_field(
    language: str, block: str, field: str, path: str, people: Sequence[Mapping[str, Any]], *, safe: bool
) -> Iterator[Finding]:  # fmt: skip
    known = FIELDS.get(path)
    if known is None:
        near = difflib.get_close_matches(path, FIELDS, 1, 0.6)
        mend = _("Do you mean %(field)s?") % {"field": near[0]} if near else _("Choose one from the list of fields.")
        yield Finding("wrong", language, block, field, _("There is no field “%(field)s”.") % {"field": path}, mend)
    elif not safe and not known.sure:
        without = sum(1 for values in people if held(values, path) is None)
        mend = _('Add what to say instead: {{ %(field)s | default: "…" }}') % {"field": path}
        if without:
            words = ngettext("“%(label)s” is missing for %(n)d person.", "“%(label)s” is missing for %(n)d people.", without)
            yield Finding("wrong", language, block, field, words % {"label": known.label, "n": without}, mend)
        elif not people and not path.startswith(GIVEN):
            words = _("“%(label)s” may be missing, and nothing is said instead.") % {"label": known.label}
            yield Finding("look", language, block, field, words, mend)


def composed(texts: Mapping[str, Any], language: str) -> Iterator[Finding]:
    """Whether it can be composed at all, and how long it is where the length is paid for."""
    try:
        for line in Line.objects.filter(enabled=True):
            yield from measured(texts, language, line)
        prepare(texts, language, Capabilities(address="email", html=True), tokens(None)).show(samples(language))
        prepare(texts, language, Capabilities(address="postal", paper=True), tokens(None)).show(samples(language))
    except BadLiquid as error:
        yield Finding("wrong", language, "", "", _("This cannot be read: %(why)s") % {"why": error})


def measured(texts: Mapping[str, Any], language: str, line: Line) -> Iterator[Finding]:
    try:
        seen = view(line)
        can = channel(line.kind).can(seen)
    except (KeyError, ValueError):  # its settings do not load, or its channel is gone: the line's own page says so
        return
    if not can.segmented and not can.text_limit:
        return
    text = prepare(texts, language, can, tokens(None)).show(samples(language)).text
    parts = channel(line.kind).measure(seen, text).parts if can.segmented else 1
    if not text:
        words = _("On %(line)s nothing would be said.") % {"line": line.name}
        yield Finding("look", language, "", "short", words, _("Write what the short message says."))
    elif parts > PARTS or (can.text_limit and not can.segmented and len(text) > can.text_limit):
        words = _("On %(line)s this is long: %(parts)d parts, each paid for.") % {"line": line.name, "parts": parts}
        yield Finding("look", language, "", "short", words, _("Write what the short message says."))
