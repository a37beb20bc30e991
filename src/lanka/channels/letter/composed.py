"""Blocks that come composed (`Outbound.data['blocks']`) made ready for paper: checked, printable, codes drawn, pictures embedded.

    {'kind': 'heading', 'text', 'small'?}             {'kind': 'p', 'runs': [run, …], 'small'?}
    {'kind': 'list', 'ordered', 'start', 'items': [[run, …], …]}
    {'kind': 'table', 'head': [cell, …], 'rows': [{'cells': [cell, …], 'total'?}, …]}
    {'kind': 'picture', 'file', 'alt', 'width', 'height'}          {'kind': 'code', 'text', 'url'}: a QR code
    {'kind': 'product', 'title', 'price', 'before', 'body': [p or list, …], 'file', 'alt', 'width', 'height', 'url'}
    {'kind': 'signature', 'closing', 'name', 'role'}
    run: {'text', 'bold'?, 'italic'?, 'url'?}         cell: {'runs': [run, …], 'right'?, 'strong'?, 'soft'?}

`file` is the `inline_id` of one of `Outbound.files`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lanka.channels.base import File, Outbound, Refused
from lanka.channels.letter.blocks import Block, breakable, printable
from lanka.channels.letter.mark import qr_svg

SAFE = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
COLUMN = 141  # mm, the widest that stands in the column of text
MOST_TALL = 90  # mm


def composed(out: Outbound) -> list[Block] | None:
    """None: this message has no blocks, its text is what is printed. Raises Refused for a block that nobody knows."""
    given = out.data.get("blocks")
    if not isinstance(given, Sequence) or isinstance(given, str):
        return None
    pictures = {file.inline_id: file for file in out.files if file.inline_id}
    return [ready(block, pictures) for block in given]


def ready(block: Mapping[str, Any], pictures: Mapping[str, File]) -> Block:
    match block.get("kind"):
        case "heading":
            return {"kind": "heading", "text": words(block, "text"), "small": bool(block.get("small"))}
        case "p":
            return {"kind": "p", "runs": runs(block["runs"]), "small": bool(block.get("small"))}
        case "list":
            items = [runs(item) for item in block["items"]]
            return {"kind": "list", "ordered": bool(block.get("ordered")), "start": int(block.get("start", 1)), "items": items}
        case "table":
            return table(block)
        case "picture":
            return picture(block, pictures, COLUMN)
        case "code":
            return {"kind": "code", "text": words(block, "text"), **code(str(block.get("url", "")))}
        case "product":
            return product(block, pictures)
        case "signature":
            return {"kind": "signature", **{name: words(block, name) for name in ("closing", "name", "role")}}
    raise Refused(f"a letter has no block {block.get('kind')!r}")


def words(block: Mapping[str, Any], name: str) -> str:
    return printable(str(block.get(name) or "")).strip()


def runs(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A link keeps its words; its address is printed at the foot of the page, because paper cannot be clicked."""
    found = []
    for one in given:
        made: dict[str, Any] = {"text": printable_inside(str(one.get("text", "")))}
        made |= {mark: True for mark in ("bold", "italic") if one.get(mark)}
        url = str(one.get("url") or "")
        if SAFE.match(url):
            made |= {"url": url, **({"note": breakable(short(url))} if url.startswith("http") and short(url) != made["text"] else {})}
        found.append(made)
    return found


def printable_inside(text: str) -> str:
    """A run's spaces and breaks at its ends belong to the sentence."""
    inside = text.strip()
    start = text.index(inside)
    return text[:start] + printable(inside) + text[start + len(inside) :] if inside else text


def table(block: Mapping[str, Any]) -> Block:
    head, rows = [cell(one) for one in block.get("head", [])], block.get("rows", [])
    made: list[dict[str, Any]] = [{"cells": [cell(one) for one in row["cells"]], "total": bool(row.get("total"))} for row in rows]
    wide = max([len(head), *(len(row["cells"]) for row in made)], default=0)
    for row in made:
        row["cells"] += [cell({})] * (wide - len(row["cells"]))
    right = [any(row["cells"][i]["right"] for row in made) for i in range(wide)]
    return {"kind": "table", "head": head, "rows": made, "right": right}


def cell(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"runs": runs(one.get("runs", [])), **{name: bool(one.get(name)) for name in ("right", "strong", "soft")}}


def code(url: str) -> dict[str, str]:
    """The QR code, and the address to be typed by who has no telephone at hand."""
    if not SAFE.match(url):
        return {"svg": "", "url": "", "shown": ""}
    return {"svg": qr_svg(url), "url": url, "shown": breakable(short(url))}


def short(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


def picture(block: Mapping[str, Any], pictures: Mapping[str, File], widest: float) -> Block:
    """As an SVG with the picture inside: Typst takes its data as text then. `w` in millimetres."""
    file = pictures.get(str(block.get("file", "")))
    width, height = int(block.get("width") or 0), int(block.get("height") or 0)
    if file is None or file.content_type not in PICTURES or not width or not height:
        return {"kind": "picture", "svg": "", "alt": words(block, "alt"), "w": 0}
    data = f"data:{file.content_type};base64,{base64.b64encode(file.data).decode()}"
    size = f'width="{width}" height="{height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}"><image {size} href="{data}"/></svg>'
    return {"kind": "picture", "svg": svg, "alt": words(block, "alt") or " ", "w": min(widest, MOST_TALL * width / height)}


def product(block: Mapping[str, Any], pictures: Mapping[str, File]) -> Block:
    return {
        "kind": "product",
        **{name: words(block, name) for name in ("title", "price", "before")},
        "body": [ready(one, pictures) for one in block.get("body", [])],
        "picture": picture(block, pictures, 38),
        "code": code(str(block.get("url", ""))),
    }
