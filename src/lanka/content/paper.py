"""Blocks for paper, as plain data: the channel that prints typesets them (`Outbound.data['blocks']`, see its README)."""

from __future__ import annotations

from typing import Any

from lanka.content.marks import Holes, Listing, Run
from lanka.content.program import between
from lanka.content.written import Line, Part, condition

Tree = dict[str, Any]


def paper(parts: list[Part], holes: Holes) -> Tree:
    """`{'blocks': [...], None}`: every list ends with None so that a condition may take any element out."""
    made: list[Any] = []
    for part in parts:
        one = draw(part, holes)
        if one and part.when.strip():
            start, end = condition(part.when)
            made += [between(holes.liquid(start)), *one, between(holes.liquid(end))]
        else:
            made += one
    return {"blocks": [*made, None]}


def draw(part: Part, holes: Holes) -> list[Tree]:
    match part.kind:
        case "heading":
            return [{"kind": "heading", "text": part.text}]
        case "text" | "legal":
            return [flow(one, part, holes) for one in part.body]
        case "picture":
            return [{"kind": "picture", "file": part.file, "alt": part.alt, "width": part.size[0], "height": part.size[1]}]
        case "table" | "pay":
            title = [{"kind": "heading", "text": part.title, "small": True}] if part.title else []
            return [*title, table(part, holes)]
        case "product":
            return [product(part, holes)]
        case "button":
            return [{"kind": "code", "text": part.label, "url": holes.link(part.url, part.id)}]
        case "signature":
            return [{"kind": "signature", "closing": part.text, "name": part.title, "role": part.label}]
    return []


def flow(one: Any, part: Part, holes: Holes) -> Tree:
    small = {"small": True} if part.kind == "legal" else {}
    if isinstance(one, Listing):
        items = [runs(item, part.id, holes) for item in one.items]
        return {"kind": "list", "ordered": one.ordered, "start": 1, "items": items, **small}
    return {"kind": "p", "runs": runs(one.runs, part.id, holes), **small}


def runs(all_: list[Run], block: str, holes: Holes) -> list[Tree]:
    return [run(one, block, holes) for one in all_]


def run(one: Run, block: str, holes: Holes) -> Tree:
    marks = {name: True for name in ("bold", "italic") if getattr(one, name)}
    return {"text": one.text, **marks, **({"url": holes.link(one.url, block)} if one.url else {})}


def table(part: Part, holes: Holes) -> Tree:
    rows: list[Any] = []
    for line in part.lines:
        made = {"cells": cells(line, part, holes), "total": line.total}
        rows += [between(holes.liquid(line.each[0])), made, between(holes.liquid(line.each[1]))] if line.each else [made]
    return {"kind": "table", "head": cells(Line(part.head), part, holes), "rows": [*rows, None]}


def cells(line: Line, part: Part, holes: Holes) -> list[Tree]:
    return [{"runs": runs(one.runs, part.id, holes), "right": one.right, "strong": one.strong, "soft": one.soft} for one in line.cells]


def product(part: Part, holes: Holes) -> Tree:
    return {
        "kind": "product",
        "title": part.title,
        "price": part.price,
        "before": part.before,
        "body": [flow(one, part, holes) for one in part.body],
        "file": part.file,
        "alt": part.alt,
        "width": part.size[0],
        "height": part.size[1],
        "url": holes.link(part.url, part.id) if part.url else "",
    }
