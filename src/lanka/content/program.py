"""A composed text with its holes, made ready to be filled thousands of times a second."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from markupsafe import escape as markup_escape

from lanka.content import liquid
from lanka.content.liquid import Compiler, Escape, Filling, Part
from lanka.content.marks import SENTINEL, Hole, Holes

SAFE = re.compile(r"(https?://[^\s\"'<>\\]+|mailto:[^\s\"'<>\\]+|tel:\+?[\d ()-]+)\Z", re.IGNORECASE)
LINE = re.compile(r"[\s\x00-\x1f\x7f]+")


def html_escape(text: str) -> str:
    return str(markup_escape(text))


def json_escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def plain(text: str) -> str:
    return text


def one_line(text: str) -> str:
    """For a subject: no value can begin another header."""
    return LINE.sub(" ", text).strip()


def url_escape(text: str) -> str:
    return quote(text, safe="-._~")


class Program:
    def __init__(self, text: str, holes: Holes, *, language: str, escape: Escape) -> None:
        """Raises BadLiquid."""
        self.pieces = Pieces(text, holes, language, escape)
        self.run: Part = self.pieces.compiled()

    def __call__(self, filling: Filling) -> str:
        return self.run(filling)


class Pieces:
    """The text as one source for Liquid: what is not Liquid goes through it as sentinels and is put in again afterwards."""

    def __init__(self, text: str, holes: Holes, language: str, escape: Escape) -> None:
        self.holes, self.language, self.escape = holes, language, escape
        self.kept: list[str | Part] = []
        self.source = "".join(self._pieces(text))

    def _pieces(self, text: str) -> list[str]:
        found, end = [], 0
        for match in SENTINEL.finditer(text):
            found.append(self._keep(text[end : match.start()]))
            hole = self.holes.all[int(match[1])]
            found.append(hole.source if hole.kind == "liquid" else self._keep(self.link(hole)))
            end = match.end()
        return [*found, self._keep(text[end:])]

    def _keep(self, piece: str | Part) -> str:
        if piece == "":
            return ""
        self.kept.append(piece)
        return f"\ue000{len(self.kept) - 1}\ue001"

    def expand(self, text: str) -> list[str | Part]:
        parts, end = list[str | Part](), 0
        for match in SENTINEL.finditer(text):
            parts += [text[end : match.start()], self.kept[int(match[1])]]
            end = match.end()
        return [*parts, text[end:]]

    def compiled(self) -> Part:
        return Compiler(self.language, self.escape, self.expand).block(liquid.nodes(self.source))

    def link(self, hole: Hole) -> Part:
        """The person's own link. A value in an address is quoted; one that is the whole address must be one."""
        address = Address(hole.source, self.holes, self.language)
        block, escape = hole.block, self.escape
        if address.fixed is not None:
            fixed = address.fixed
            return lambda filling: escape(filling.follow(fixed, block))
        run = address.run

        def link(filling: Filling) -> str:
            url = run(filling)
            return escape(filling.follow(url, block)) if SAFE.match(url) else "#"

        return link


class Address:
    """`fixed`: the same for everybody. A field that begins an address is a whole address; any other is quoted."""

    def __init__(self, source: str, holes: Holes, language: str) -> None:
        whole = SENTINEL.match(source) is not None
        self.fixed = None if SENTINEL.search(source) else source
        self.run: Callable[[Filling], str]
        if self.fixed is None:
            self.run = Pieces(source, holes, language, plain if whole else url_escape).compiled()


LIST_HOLE = re.compile('"\ue002(\\d+)\ue003",')


def as_json(tree: Any) -> str:
    """JSON with holes: a `Hole` sentinel that stands alone in a list goes between its elements (`between`)."""
    return LIST_HOLE.sub("\ue000\\1\ue001", json.dumps(tree, ensure_ascii=False, separators=(",", ":")))


def between(sentinel: str) -> str:
    """A condition or a loop around elements of a list. Every such list ends with None, so that each element has its comma."""
    return sentinel.replace("\ue000", "\ue002").replace("\ue001", "\ue003")


def tidy(tree: Any) -> Any:
    """Without the Nones that `between` needs."""
    if isinstance(tree, dict):
        return {key: tidy(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [tidy(one) for one in tree if one is not None]
    return tree
