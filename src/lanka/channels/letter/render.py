"""One letter as a PDF/A-3b (tagged, PDF/UA-1), typeset by Typst from data."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_inter  # type: ignore[import-untyped]
import typst

from lanka import config
from lanka.channels.base import Outbound, Refused
from lanka.channels.letter import mark, words
from lanka.channels.letter.address import line
from lanka.channels.letter.blocks import blocks, printable
from lanka.channels.letter.composed import composed
from lanka.channels.letter.envelopes import MARGIN, MARK, Envelope

TEMPLATE = Path(__file__).parent / "letter.typ"
STANDARDS: list[Any] = ["a-3b", "ua-1"]
COLOR, INK = "#c2412d", "#20242c"
FALLBACKS = ("Inter", "Libertinus Serif")
SERIFS = {"serif": "Libertinus Serif", "georgia": "Libertinus Serif", "times new roman": "Libertinus Serif"}
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Page:
    """What a letter is made of beside the message itself."""

    envelope: Envelope
    address: tuple[str, ...]  # the lines in the window
    at: datetime
    return_address: tuple[str, ...] = ()


def pdf(out: Outbound, page: Page, *, only_frame: bool = False) -> bytes:
    """Raises Refused when the text holds signs that no typeface here has. `only_frame`: without address and mark, for the preflight."""
    data = letter_data(out, page)
    if only_frame:
        data |= {"address": [], "mark": {**data["mark"], "svg": EMPTY}}
    try:
        return typeset(data, page.at)
    except typst.TypstError as error:
        if not data["logo"]:
            raise Refused(_words(error)) from error
    try:
        return typeset({**data, "logo": ""}, page.at)  # a logo that cannot be drawn is no reason to keep a letter
    except typst.TypstError as error:
        raise Refused(_words(error)) from error


EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def typeset(data: Mapping[str, Any], at: datetime) -> bytes:
    """One compiler a thread, made once: a letter then takes milliseconds. No fonts of the system: every machine prints the same."""
    compiler = getattr(_own, "compiler", None)
    if compiler is None:
        compiler = _own.compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts(), ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs={"letter": json.dumps(data)}, pdf_standards=STANDARDS, timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made


def _words(error: typst.TypstError) -> str:
    missing = re.search(r'text `"(.+?)"` could not be displayed', error.message)
    return f"the letter's typeface has no sign for {missing[1]}" if missing else f"the letter cannot be typeset: {error.message}"


@cache
def fonts() -> typst.Fonts:
    """Inter and Typst's own, and what the company put into `LANKA_HOME/fonts`."""
    own = config.HOME / "fonts"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(fontpkg_inter.ROOT / "files"), *([str(own)] if own.is_dir() else [])])


@cache
def families(css: str) -> tuple[str, ...]:
    """The typefaces of a CSS font list that are here, in its order, and ours behind them for the signs that they lack."""
    known = {name.lower(): name for name in fonts().families()} | SERIFS
    wanted = [part.strip().strip("'\"").lower() for part in css.split(",")]
    found = [known[name] for name in wanted if name in known]
    return tuple(dict.fromkeys([*found, *FALLBACKS]))


@dataclass(frozen=True, slots=True)
class Said:
    """What the letter says and who signs it: composed blocks, or the plain text with the closing that people write themselves."""

    blocks: list[dict[str, Any]]
    closing: list[str]
    agent: str
    role: str = ""

    @classmethod
    def of(cls, out: Outbound) -> Said:
        agent, given = line(printable(out.sender.name)), composed(out)
        if given is None:
            text, own = words.split_closing(printable(out.text), agent)
            return cls(blocks(text), *words.closing(out.language, own, agent))
        signed = next((one for one in given if one["kind"] == "signature"), {"closing": "", "name": "", "role": ""})
        body = [one for one in given if one["kind"] != "signature"]
        return cls(body, *words.closing(out.language, signed["closing"], signed["name"] or agent), signed["role"])


def letter_data(out: Outbound, page: Page) -> dict[str, Any]:
    tokens, said = out.sender.tokens, Said.of(out)
    language, region = words.typeset_language(out.language)
    number = mark.piece_number(out.id)
    color = hex_color(tokens.get("color", ""), COLOR)
    brand = line(printable(out.sender.brand)) or "Lanka"
    subject = line(printable(out.subject))
    return {
        "lang": language,
        "region": region,
        "fonts": families(tokens.get("font", "")),
        "color": color,
        "ink": dark(hex_color(tokens.get("ink", ""), INK)),
        "title": subject or brand,
        "brand": brand,
        "logo": tokens.get("logo", "").replace("currentColor", color),
        "recipient": page.address[0] if page.address else "",
        "date": words.date_words(page.at, out.language),
        "agent": said.agent,
        "contact": [one for one in (tokens.get("phone"), tokens.get("email")) if one],
        "subject": subject,
        "blocks": said.blocks,
        "role": said.role,
        "closing": said.closing,
        "footer": footer(tokens, page.return_address, brand),
        "number": number,
        "number-shown": f"{number[-8:-4]} {number[-4:]}",
        **places(page, number),
    }


def places(page: Page, number: str) -> dict[str, Any]:
    """Where things stand on the first page, by the envelope: address and mark in the window, nothing else near it."""
    envelope = page.envelope
    box, mark_box, out = envelope.address_box, envelope.mark_box, envelope.keep_out
    info_x, info_w = (MARGIN, out.x0 - 6 - MARGIN) if envelope.on_the_right else (max(132, out.x1 + 8), 58)
    return {
        "margin": MARGIN,
        "address": list(page.address),
        "box": {"x": box.x0, "y": box.y0, "w": box.width, "h": box.height},
        "mark": {"x": mark_box.x0, "y": mark_box.y0, "size": MARK, "svg": mark.svg(number), "alt": number},
        "info": {"x": info_x, "y": box.y0 + 1.28, "w": info_w},  # the date on the name's line
        "top": max(92, out.y1 + 13),
        "folds": list(envelope.folds),
    }


def footer(tokens: Mapping[str, str], return_address: tuple[str, ...], brand: str) -> list[list[str]]:
    """Up to three columns: who and where, how to reach, what the law wants."""
    where = [one for one in return_address if one] or [part for part in tokens.get("return_address", "").splitlines() if part]
    named = where if where and where[0].casefold() == brand.casefold() else [brand, *where]
    street, place = named[:-1], named[-1:] if len(named) > 1 else []
    reach = [one for one in (tokens.get("web"), tokens.get("email")) if one]
    law = [one for one in (tokens.get("company"), tokens.get("business_id")) if one]
    return [column for column in ([", ".join(street), *place], reach, law) if any(column)]


def hex_color(text: str, fallback: str) -> str:
    return text if re.fullmatch(r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}", text or "") else fallback


def dark(color: str) -> str:
    """The colour of type on white paper: a brand's ink for dark ground would not be seen."""
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
    return color if 0.299 * red + 0.587 * green + 0.114 * blue < 110 else INK
