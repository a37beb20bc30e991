"""The blocks of a mail as MJML: what a client shows is in inline styles, classes are for the dark and for telephones."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import escape

from lanka.content.look import EDGE, SOFT, Look
from lanka.content.marks import Holes, Listing, Paragraph, Run
from lanka.content.written import Cell, Line, Part

INNER = 500  # pixels: the widest picture
ROUND = "border-radius:8px"


def tag(name: str, style: str, inner: object = "", **more: object) -> str:
    """`inner` is markup, or escaped already; attributes are escaped here. An `img` closes itself."""
    attributes = "".join(f' {key.rstrip("_")}="{escape(str(value))}"' for key, value in more.items() if value != "")
    styled = f' style="{style}"' if style else ""
    return f"<{name}{attributes}{styled} />" if name == "img" else f"<{name}{attributes}{styled}>{inner}</{name}>"


def inset(html: str, kind: str = "ink", more: str = "") -> str:
    return f'<mj-text padding="0 0 0 22px" css-class="{kind}"{more}>{html}</mj-text>'


def heading(part: Part, _holes: Holes, drawn: Look) -> str:
    style = f"margin:0 0 14px;font-size:25px;line-height:1.22;font-weight:680;letter-spacing:-.018em;color:{drawn.ink}"
    return inset(tag("h1", style, escape(part.text)))


def text(part: Part, holes: Holes, drawn: Look) -> str:
    return inset(flow(part, holes, drawn))


def legal(part: Part, holes: Holes, drawn: Look) -> str:
    return inset(flow(part, holes, drawn, color=SOFT), "soft", f' font-size="13px" line-height="1.5" color="{SOFT}"')


def flow(part: Part, holes: Holes, drawn: Look, color: str = "") -> str:
    return "".join(paragraph(one, part, holes, color or drawn.text_color) for one in part.body)


def paragraph(one: Paragraph | Listing, part: Part, holes: Holes, link: str) -> str:
    if isinstance(one, Paragraph):
        return tag("p", "margin:0 0 16px", runs(one.runs, part.id, holes, link))
    items = "".join(tag("li", "margin:0 0 6px", runs(item, part.id, holes, link)) for item in one.items)
    return tag("ol" if one.ordered else "ul", "margin:0 0 16px;padding:0 0 0 22px", items)


def runs(all_: list[Run], block: str, holes: Holes, link: str) -> str:
    return "".join(run(one, block, holes, link) for one in all_)


def run(one: Run, block: str, holes: Holes, link: str) -> str:
    words = str(escape(one.text)).replace("\n", "<br />")
    words = f"<strong>{words}</strong>" if one.bold else words
    words = f"<em>{words}</em>" if one.italic else words
    return tag("a", f"color:{link}", words, class_="tint", href=holes.link(one.url, block)) if one.url else words


def picture(part: Part, holes: Holes, _drawn: Look) -> str:
    wide = min(INNER, part.size[0] or INNER)
    style = f"display:block;width:100%;max-width:{wide}px;height:auto;{ROUND}"
    image = tag("img", style, src=f"cid:{part.file}", width=wide, alt=part.alt or " ")
    return inset(tag("div", "padding:0 0 18px", tag("a", "", image, href=holes.link(part.url, part.id)) if part.url else image))


def table(part: Part, holes: Holes, drawn: Look) -> str:
    rows = [row(Line(part.head), part, holes, head=True)] if part.head else []
    rows += [row(line, part, holes) for line in part.lines]
    return f'<mj-table padding="0 0 22px 22px" css-class="ink edge">{"".join(rows)}</mj-table>'


def row(line: Line, part: Part, holes: Holes, *, head: bool = False) -> str:
    edge = "0" if head else f"1px solid {EDGE}"
    cells = "".join(cell(one, (number, head), part, holes, edge) for number, one in enumerate(line.cells))
    made = f"<tr>{cells}</tr>"
    return f"{holes.liquid(line.each[0])}{made}{holes.liquid(line.each[1])}" if line.each else made


def cell(one: Cell, place: tuple[int, bool], part: Part, holes: Holes, edge: str) -> str:
    """`place`: which cell of the row, and whether the row is the table's head."""
    number, head = place
    soft = one.soft or head
    look = [f"padding:9px {0 if one.right else 14}px 9px {14 if one.right and number else 0}px", f"border-top:{edge}", "vertical-align:top"]
    look += [f"text-align:{'right' if one.right else 'left'}"]
    look += [f"color:{SOFT}", "font-size:14px"] if soft else []
    look += ["font-weight:650"] if one.strong else []
    look += ["white-space:nowrap"] if one.right or (soft and not head and number == 0) else []
    return tag("td", ";".join(look), runs(one.runs, part.id, holes, "inherit"), class_="soft" if soft else "")


def product(part: Part, holes: Holes, drawn: Look) -> str:
    image = tag("img", f"display:block;{ROUND};width:160px;height:auto", src=f"cid:{part.file}", width=160, alt=part.alt or " ")
    left = tag("td", "width:180px;padding:0 20px 0 0;vertical-align:top", image, width=180) if part.file else ""
    before = " " + tag("s", f"color:{SOFT};font-weight:400", escape(part.before), class_="soft") if part.before else ""
    name = tag("h2", f"margin:0 0 4px;font-size:18px;line-height:1.3;color:{drawn.ink}", escape(part.title))
    price = tag("p", "margin:0 0 8px;font-size:18px;font-weight:650", f"{escape(part.price)}{before}") if part.price else ""
    style = f"color:{drawn.text_color};font-weight:600"
    link = tag("a", style, escape(part.label or part.title), class_="tint", href=holes.link(part.url, part.id)) if part.url else ""
    right = tag("td", "padding:0;vertical-align:top", f"{name}{price}{flow(part, holes, drawn)}{link}")
    return f'<mj-table padding="2px 0 24px 22px" css-class="ink product"><tr>{left}{right}</tr></mj-table>'


def button(part: Part, holes: Holes, _drawn: Look) -> str:
    return f'<mj-button padding="4px 0 22px 22px" css-class="do" href="{holes.link(part.url, part.id)}">{escape(part.label)}</mj-button>'


def reply(part: Part, _holes: Holes, _drawn: Look) -> str:
    return ""  # a mail is answered in words


def signature(part: Part, _holes: Holes, _drawn: Look) -> str:
    closing = tag("p", "margin:4px 0 2px", escape(part.text)) if part.text else ""
    role = "<br />" + tag("span", f"color:{SOFT};font-size:14px", escape(part.label), class_="soft") if part.label else ""
    return inset(closing + tag("p", "margin:0 0 18px", f"<strong>{escape(part.title)}</strong>{role}"))


def pay(part: Part, holes: Holes, drawn: Look) -> str:
    title = tag("h2", f"margin:0 0 8px;font-size:18px;color:{drawn.ink}", escape(part.title))
    return inset(title) + table(part, holes, drawn)


DRAW: dict[str, Callable[[Part, Holes, Look], str]] = {
    "heading": heading,
    "text": text,
    "legal": legal,
    "picture": picture,
    "table": table,
    "product": product,
    "button": button,
    "reply": reply,
    "signature": signature,
    "pay": pay,
}
