"""One text made ready for one kind of way: what is the same for all people is done once, a person then takes microseconds.

    ready = prepare(version.texts, "fi", can, tokens(brand))
    made = ready.fill({"person": {"first_name": "Maija"}}, Links(unsubscribe=url, track=mine))

`can` (Capabilities) decides the shape, never the channel's name: paper gets blocks as data, `html` a mail, `segmented` a text message,
all else words with buttons. The same text and the same values give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lanka.channels.base import Capabilities
from lanka.content import mail, paper, words
from lanka.content.blocks import Texts, Written, read
from lanka.content.liquid import Filling, Missing
from lanka.content.logo import logo_file
from lanka.content.marks import Holes
from lanka.content.picture import picture_file
from lanka.content.program import Program, as_json, between, html_escape, json_escape, one_line, plain, tidy
from lanka.content.written import Part, condition, parts


@dataclass(frozen=True, slots=True)
class Links:
    """One person's own addresses. An empty one is left out of the text. `track(url, block)` gives the address to be followed
    instead of `url`; None: the address stays as it is. A mail's pictures are no links."""

    unsubscribe: str = ""
    preferences: str = ""
    view: str = ""
    confirm: str = ""
    track: Callable[[str, str], str] | None = None

    def values(self) -> dict[str, str]:
        return {"unsubscribe": self.unsubscribe, "preferences": self.preferences, "view": self.view, "confirm": self.confirm}


NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Composed:
    """What one person gets. `data` and `files` go into `Outbound` as they are; `files` as stored: name, content_type, sha256, inline_id."""

    subject: str
    text: str
    html: str = ""
    preview: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    files: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    language: str
    can: Capabilities
    subject: Program
    preview: Program
    text: Program
    html: Program | None
    data: Program | None
    files: tuple[dict[str, str], ...]
    fixed: Mapping[str, Any]  # brand and channel: the same for everybody

    def fill(self, values: Mapping[str, Any], links: Links = NO_LINKS) -> Composed:
        """Raises Missing when a field that this person's text needs has no value and no fallback."""
        filling = self.filling(values, links, show_missing=False)
        made = self.made(filling)
        if filling.missing:
            raise Missing(filling.missing)
        return made

    def show(self, values: Mapping[str, Any], links: Links = NO_LINKS) -> Composed:
        """For a preview: what is missing stands there by name, ⟨person.first_name⟩."""
        return self.made(self.filling(values, links, show_missing=True))

    def filling(self, values: Mapping[str, Any], links: Links, *, show_missing: bool) -> Filling:
        scope = {**values, **self.fixed, "links": links.values()}
        return Filling(scope, links.track or same, show_missing=show_missing)

    def made(self, filling: Filling) -> Composed:
        return Composed(
            one_line(self.subject(filling)),
            self.text(filling).strip(),
            self.html(filling) if self.html else "",
            one_line(self.preview(filling)),
            tidy(json.loads(self.data(filling))) if self.data else {},
            self.files,
        )


def same(url: str, _block: str) -> str:
    return url


def prepare(texts: Mapping[str, Any], language: str, can: Capabilities, brand: Mapping[str, str]) -> Prepared:
    """`texts`: a version's, in all languages; `brand`: its tokens (`compose.tokens`). A language that is not there falls back to the
    first that is. Raises NotBlocks, BadLiquid."""
    return Preparing(read(texts), language, can, brand).prepared()


def spoken(texts: Texts, language: str) -> str:
    """The language asked for, the same without its region, English, or the first."""
    for one in (language, language.split("-", maxsplit=1)[0], "en", *texts):
        if one in texts:
            return one
    raise ValueError("there is no text in any language")


class Preparing:
    def __init__(self, texts: Texts, language: str, can: Capabilities, brand: Mapping[str, str]) -> None:
        self.language = spoken(texts, language)
        self.written: Written = texts[self.language]
        self.can, self.brand = can, brand
        self.holes = Holes()
        self.parts: list[Part] = parts(self.written, self.holes, self.language)

    def prepared(self) -> Prepared:
        title, preview = self.holes.hide(self.written.subject), self.holes.hide(self.written.preview)
        text, data, html = self.text(), self.data(), self.html(title, preview)
        return Prepared(
            self.language,
            self.can,
            self.program(title, plain),
            self.program(preview, plain),
            self.program(text, plain),
            self.program(html, html_escape) if html else None,
            self.program(as_json(data), json_escape) if data else None,
            self.files(),
            {"brand": dict(self.brand), "channel": {"paper": self.can.paper, "short": self.can.segmented, "html": self.can.html}},
        )

    def program(self, text: str, escape: Callable[[str], str]) -> Program:
        return Program(text, self.holes, language=self.language, escape=escape)

    def text(self) -> str:
        if self.can.segmented:
            own = self.written.short.strip()
            return self.holes.hide(own) if own else words.short(self.parts, self.holes)
        if self.can.html:
            return words.plain(self.parts, self.holes, self.brand, self.language)
        if self.can.buttons:
            return words.chat(self.parts, self.holes, self.can.buttons)[0]
        return words.body(self.parts, self.holes)

    def data(self) -> dict[str, Any]:
        if self.can.paper:
            return paper.paper(self.parts, self.holes)
        if self.can.buttons:
            asked = words.chat(self.parts, self.holes, self.can.buttons)[1]
            return {"buttons": [*(one for part in asked for one in self.button(part)), None]} if asked else {}
        return {}

    def button(self, part: Part) -> list[Any]:
        made = {"text": part.label, "value": part.text} if part.kind == "reply" else {"text": part.label}
        if part.kind == "button":
            made["url"] = self.holes.link(part.url, part.id)
        if not part.when.strip():
            return [made]
        start, end = condition(part.when)
        return [between(self.holes.liquid(start)), made, between(self.holes.liquid(end))]

    def html(self, title: str, preview: str) -> str:
        if not self.can.html or self.can.paper:
            return ""
        logo = logo_file(self.brand)
        cid = logo["inline_id"] if logo else ""
        return mail.mail(self.parts, self.holes, title=title, preview=preview, tokens=self.brand, language=self.language, logo=cid)

    def files(self) -> tuple[dict[str, str], ...]:
        """Pictures travel with the mail: they show at once, need no server, and nobody is watched by them."""
        if not (self.can.html or self.can.paper):
            return ()
        found = [picture_file(part.file) for part in self.parts if part.file]
        logo = logo_file(self.brand) if self.can.html and not self.can.paper else None
        return tuple({one["inline_id"]: one for one in [*([logo] if logo else []), *found]}.values())
