"""Blocks as plain words: a mail's text part, a text message, a chat message."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from lanka.content.marks import Holes, Listing, Run
from lanka.content.written import Line, Part, condition


def plain(parts: list[Part], holes: Holes, tokens: Mapping[str, str], language: str) -> str:
    """Everything, for who reads no HTML; who writes and the way out stand at the end."""
    with translation.override(language):
        foot = [("preferences", _("Choose what you get and how")), ("unsubscribe", _("Unsubscribe"))]
    links = "".join(
        f"{holes.liquid(f'{{% if links.{name} %}}')}{words}: {holes.liquid(f'{{{{ links.{name} }}}}')}\n{holes.liquid('{% endif %}')}"
        for name, words in foot
    )
    return f"{body(parts, holes)}--\n{tokens['name']}\n{links}"


def chat(parts: list[Part], holes: Holes, most: int) -> tuple[str, list[Part]]:
    """The words, and the first `most` buttons that stand below them; further buttons become lines."""
    asked = [part for part in parts if part.kind in ("button", "reply")][:most]
    return body([part for part in parts if part not in asked and part.kind != "legal"], holes), asked


def short(parts: list[Part], holes: Holes) -> str:
    """For a message paid by the segment: texts and links only, nothing between them that costs."""
    chosen = [part for part in parts if part.kind in ("text", "button")]
    return "".join(whole(brief(part, holes), part, holes) for part in chosen)


def brief(part: Part, holes: Holes) -> str:
    if part.kind == "button":
        return f"{part.label}: {holes.link(part.url, part.id)}\n"
    return "".join(f"{flow(one, part, holes)}\n" for one in part.body)


def body(parts: list[Part], holes: Holes) -> str:
    return "".join(whole(said(part, holes), part, holes) for part in parts)


def whole(made: str, part: Part, holes: Holes) -> str:
    if not part.when.strip() or not made:
        return made
    start, end = condition(part.when)
    return f"{holes.liquid(start)}{made}{holes.liquid(end)}"


def said(part: Part, holes: Holes) -> str:
    match part.kind:
        case "heading":
            return f"{part.text}\n\n"
        case "text" | "legal":
            return "".join(f"{flow(one, part, holes)}\n\n" for one in part.body)
        case "table" | "pay":
            title = f"{part.title}\n" if part.title else ""
            return title + "".join(row(line, part, holes) for line in part.lines) + "\n"
        case "product":
            return product(part, holes)
        case "button":
            return f"{part.label}: {holes.link(part.url, part.id)}\n\n"
        case "signature":
            return "\n".join(one for one in (part.text, part.title, part.label) if one) + "\n\n"
    return ""  # a picture says nothing in words, and a quick reply is answered in words


def flow(one: object, part: Part, holes: Holes) -> str:
    if isinstance(one, Listing):
        marks = [f"{number}." if one.ordered else "–" for number in range(1, len(one.items) + 1)]
        return "\n".join(f"{mark} {runs(item, part.id, holes)}" for mark, item in zip(marks, one.items, strict=True))
    return runs(getattr(one, "runs", []), part.id, holes)


def runs(all_: list[Run], block: str, holes: Holes) -> str:
    return "".join(f"{run.text} ({holes.link(run.url, block)})" if run.url and run.url != run.text else run.text for run in all_)


def row(line: Line, part: Part, holes: Holes) -> str:
    cells = [runs(one.runs, part.id, holes) for one in line.cells if one.runs]
    made = f"{cells[0]}: {'  '.join(cells[1:])}\n" if len(cells) > 1 else f"{''.join(cells)}\n"
    return f"{holes.liquid(line.each[0])}{made}{holes.liquid(line.each[1])}" if line.each else made


def product(part: Part, holes: Holes) -> str:
    words = "".join(f"{flow(one, part, holes)}\n" for one in part.body)
    price = f"{part.title} – {part.price}" if part.price else part.title
    link = f"{part.label or part.title}: {holes.link(part.url, part.id)}\n" if part.url else ""
    return f"{price}\n{words}{link}\n"
