"""Blocks made neutral: one list of plain parts in one language, that mail, paper and plain text are all composed from.

Words that no writer wrote ('Quantity', 'To be paid by') come in the text's language; values come by Liquid like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lanka.content import blocks as b
from lanka.content.marks import Holes, Listing, Paragraph, Run, inline, parse


@dataclass(frozen=True, slots=True)
class Cell:
    runs: list[Run]
    right: bool = False
    strong: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. `each`: the Liquid that repeats it, `('{% for … %}', '{% endfor %}')`, or leaves it out."""

    cells: list[Cell]
    each: tuple[str, str] | None = None
    total: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    kind: Literal["heading", "text", "picture", "table", "product", "button", "reply", "signature", "legal", "pay"]
    id: str
    when: str = ""
    text: str = ""
    body: list[Paragraph | Listing] = field(default_factory=list)
    head: list[Cell] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    file: str = ""
    alt: str = ""
    size: tuple[int, int] = (0, 0)
    price: str = ""
    before: str = ""
    label: str = ""
    title: str = ""


def parts(written: b.Written, holes: Holes, language: str) -> list[Part]:
    with translation.override(language):
        return [part for block in written.blocks for part in BY_KIND[block.kind](block, holes)]


def heading(block: b.Heading, holes: Holes) -> list[Part]:
    return [Part("heading", block.id, block.when, text=holes.hide(block.text))]


def text(block: b.Text, holes: Holes) -> list[Part]:
    return [Part("text", block.id, block.when, body=parse(holes.hide(block.text)))]


def legal(block: b.Legal, holes: Holes) -> list[Part]:
    return [Part("legal", block.id, block.when, body=parse(holes.hide(block.text)))]


def picture(block: b.Picture, holes: Holes) -> list[Part]:
    if not block.file:
        return []
    size = (block.width, block.height)
    return [Part("picture", block.id, block.when, file=block.file, alt=holes.hide(block.alt), url=holes.hide(block.url), size=size)]


def facts(block: b.Facts, holes: Holes) -> list[Part]:
    lines = [Line([words(holes.hide(row.label), soft=True), words(holes.hide(row.value))]) for row in block.rows if row.label or row.value]
    return [Part("table", block.id, block.when, lines=lines)] if lines else []


def product(block: b.Product, holes: Holes) -> list[Part]:
    hide = holes.hide
    return [
        Part(
            "product",
            block.id,
            block.when,
            title=hide(block.name),
            body=parse(hide(block.text)) if block.text.strip() else [],
            price=hide(block.price),
            before=hide(block.before),
            file=block.file,
            alt=hide(block.alt),
            label=hide(block.label),
            url=hide(block.url),
            size=(block.width, block.height),
        )
    ]


def button(block: b.Button, holes: Holes) -> list[Part]:
    if block.reply and not block.url:
        return [Part("reply", block.id, block.when, label=holes.hide(block.label), text=block.reply)]
    return [Part("button", block.id, block.when, label=holes.hide(block.label), url=holes.hide(block.url))]


def signature(block: b.Signature, holes: Holes) -> list[Part]:
    hide = holes.hide
    return [Part("signature", block.id, block.when, text=hide(block.closing), title=hide(block.name), label=hide(block.role))]


def order(block: b.Order, holes: Holes) -> list[Part]:
    found = []
    number = Line([words(_("Order"), soft=True), value(holes, "order.number", strong=True)])
    facts_of = [number, maybe(holes, _("Ordered"), "order.at")]
    if block.parcel:
        facts_of += [maybe(holes, pgettext("who brings a parcel", "Carrier"), "order.carrier")]
        facts_of += [maybe(holes, _("Parcel"), "order.parcel"), maybe(holes, _("Arrives"), "order.arrives_at")]
    found.append(Part("table", f"{block.id}-facts", block.when, lines=facts_of))
    if block.lines:
        found.append(goods(f"{block.id}-lines", block.when, "order", _("Total"), holes))
    return found


def invoice(block: b.Invoice, holes: Holes) -> list[Part]:
    facts_of = [
        Line([words(_("Invoice"), soft=True), value(holes, "invoice.number", strong=True)]),
        maybe(holes, _("Date"), "invoice.at"),
        Line([words(_("To be paid by"), soft=True), value(holes, "invoice.due_at", strong=True)]),
    ]
    pay = [
        Line([words(_("Payee"), soft=True), value(holes, "invoice.payee")]),
        Line([words(_("Account (IBAN)"), soft=True), value(holes, "invoice.iban")]),
        Line([words(_("Reference"), soft=True), value(holes, "invoice.reference", strong=True)]),
        Line([words(_("Amount"), soft=True), value(holes, "invoice.total", strong=True)]),
    ]
    return [
        Part("table", f"{block.id}-facts", block.when, lines=facts_of),
        goods(f"{block.id}-lines", block.when, "invoice", _("To be paid"), holes),
        Part("pay", f"{block.id}-pay", block.when, title=_("How to pay"), lines=pay),
    ]


def goods(id: str, when: str, of: str, total: str, holes: Holes) -> Part:
    each = (f"{{% for line in {of}.lines %}}", "{% endfor %}")
    lines = [
        Line(
            [
                Cell([Run(holes.liquid("{{ line.name }}"))]),
                Cell([Run(holes.liquid("{{ line.quantity | default: '' }}"))], right=True, soft=True),
                Cell([Run(holes.liquid("{{ line.amount | default: '' }}"))], right=True),
            ],
            each,
        )
    ]
    if of == "invoice":
        tax = Line(
            [words(_("Of which VAT"), soft=True), Cell([]), value(holes, "invoice.tax", right=True, soft=True)], given("invoice.tax")
        )
        lines.append(tax)
    lines.append(Line([words(total, strong=True), Cell([]), value(holes, f"{of}.total", right=True, strong=True)], total=True))
    head = [words(pgettext("what is bought", "Item")), words(_("Quantity"), right=True), words(_("Amount"), right=True)]
    return Part("table", id, when, head=head, lines=lines)


def words(text: str, *, right: bool = False, strong: bool = False, soft: bool = False) -> Cell:
    return Cell(inline(text), right, strong, soft)


def value(holes: Holes, path: str, *, right: bool = False, strong: bool = False, soft: bool = False) -> Cell:
    return Cell([Run(holes.liquid(f"{{{{ {path} }}}}"))], right, strong, soft)


def given(path: str) -> tuple[str, str]:
    return f"{{% if {path} %}}", "{% endif %}"


def maybe(holes: Holes, label: str, path: str) -> Line:
    """A fact that is left out where there is no value."""
    return Line([words(label, soft=True), value(holes, path)], given(path))


def condition(when: str) -> tuple[str, str]:
    return f"{{% if {when} %}}", "{% endif %}"


BY_KIND: dict[str, Callable[[Any, Holes], list[Part]]] = {
    "heading": heading,
    "text": text,
    "picture": picture,
    "facts": facts,
    "product": product,
    "button": button,
    "order": order,
    "invoice": invoice,
    "signature": signature,
    "legal": legal,
}
