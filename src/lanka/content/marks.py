"""The few marks of a text: paragraphs, lists, **bold**, *italic*, [words](https://…). And what hides Liquid from them.

`Holes` takes every piece of Liquid and every link's address out of a text before anything reads it as marks, HTML or MJML, and leaves a
sentinel in its place; `program.py` puts them back. So no mark ever stands inside of Liquid, and no Liquid is ever escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

OPEN, CLOSE = "\ue000", "\ue001"
SENTINEL = re.compile(f"{OPEN}(\\d+){CLOSE}")
LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
INLINE = re.compile(
    r"\*\*(?P<bold>\S(?:.*?\S)?)\*\*|\*(?P<italic>[^\s*](?:[^*]*?[^\s*])?)\*|\[(?P<words>[^\]\n]+)\]\((?P<url>[^\s()]+)\)", re.DOTALL
)
ITEM = re.compile(r"^\s{0,3}(?:[-•–]|(?P<number>\d{1,3})[.)])\s+(?P<words>\S.*)$")


@dataclass(frozen=True, slots=True)
class Hole:
    """`liquid`: a piece of source. `link`: an address (with sentinels of its own) of a block, that becomes the person's own link."""

    kind: Literal["liquid", "link"]
    source: str
    block: str = ""


class Holes:
    def __init__(self) -> None:
        self.all: list[Hole] = []

    def hide(self, text: str) -> str:
        text = re.sub("[\ue000-\ue00f]", "", text)
        return LIQUID.sub(lambda m: self.put(Hole("liquid", m[0])), text)

    def put(self, hole: Hole) -> str:
        self.all.append(hole)
        return f"{OPEN}{len(self.all) - 1}{CLOSE}"

    def liquid(self, source: str) -> str:
        return self.put(Hole("liquid", source))

    def link(self, url: str, block: str) -> str:
        """`url`: already hidden, or plain."""
        return self.put(Hole("link", url, block))


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""


@dataclass(slots=True)
class Paragraph:
    runs: list[Run]


@dataclass(slots=True)
class Listing:
    ordered: bool
    items: list[list[Run]] = field(default_factory=list)


def parse(text: str) -> list[Paragraph | Listing]:
    """A text with its Liquid already hidden."""
    found: list[Paragraph | Listing] = []
    for part in re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip()):
        _part(part, found)
    return found


def _part(part: str, found: list[Paragraph | Listing]) -> None:
    fresh = True
    for line in part.split("\n"):
        item, last = ITEM.match(line), None if fresh or not found else found[-1]
        if item:
            ordered = item["number"] is not None
            if not isinstance(last, Listing) or last.ordered != ordered:
                last = Listing(ordered)
                found.append(last)
            last.items.append(inline(item["words"]))
        elif isinstance(last, Paragraph):
            last.runs += [Run("\n"), *inline(line)]
        elif line.strip():
            found.append(Paragraph(inline(line)))
        fresh = False


def inline(line: str, *, bold: bool = False, italic: bool = False) -> list[Run]:
    """Marks may stand in one another once: a link in bold, bold in a link's words."""
    found, end = list[Run](), 0
    for match in INLINE.finditer(line):
        if match.start() > end:
            found.append(Run(line[end : match.start()], bold, italic))
        if match["bold"]:
            found += inline(match["bold"], bold=True, italic=italic)
        elif match["italic"]:
            found += inline(match["italic"], bold=bold, italic=True)
        else:
            words = inline(match["words"], bold=bold, italic=italic) if "*" in match["words"] else [Run(match["words"], bold, italic)]
            found += [Run(one.text, one.bold, one.italic, match["url"]) for one in words]
        end = match.end()
    return [*found, Run(line[end:], bold, italic)] if end < len(line) else found
