"""The personal fields that a text may hold: what each is called, of what kind it is, how it may look, whether it may be missing.

Content knows no customer: whoever sends gives the values as a plain nested dict, `{'person': {'first_name': 'Maija'}, …}`. A date is
an ISO string, money is `{'amount': 124900, 'currency': 'EUR'}` in minor units, `lines` is a list of dicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "date", "money", "number", "url", "lines"]
TONGUES = ("fi", "sv", "pl", "en")


@dataclass(frozen=True, slots=True)
class Known:
    """`sure`: always there, no fallback needed. `sample`: one for all languages, or one a language."""

    path: str
    label: Promise
    sample: Any
    kind: Kind = "text"
    sure: bool = False
    fallback: Mapping[str, str] = field(default_factory=dict)  # proposed when the field is inserted

    def example(self, language: str) -> Any:
        own = self.sample
        return own.get(language[:2], own.get("en")) if isinstance(own, dict) and set(own) & set(TONGUES) else own


FRIEND = {"fi": "hyvä asiakas", "sv": "kära kund", "pl": "Szanowni Państwo", "en": "there"}
BOUGHT = {"fi": "ostoksesi", "sv": "ditt köp", "pl": "zakup", "en": "your purchase"}
EUR = "EUR"
ORDER_LINES = [
    {"name": "Kuura M 54", "quantity": 1, "amount": {"amount": 124900, "currency": EUR}},
    {"name": "Abus Granit", "quantity": 2, "amount": {"amount": 15980, "currency": EUR}},
]

CATALOGUE: tuple[Known, ...] = (
    Known("person.first_name", _("First name"), "Maija", fallback=FRIEND),
    Known("person.name", _("Full name"), "Maija Laine", fallback=FRIEND),
    Known("person.city", _("Town"), {"fi": "Helsinki", "sv": "Helsingfors", "pl": "Kraków", "en": "Helsinki"}),
    Known("person.points", _("Loyalty points"), 240, kind="number"),
    Known("product.name", _("Product"), "Kuura M 54", fallback=BOUGHT),
    Known("product.bought_at", _("Product bought on"), "2026-05-14", kind="date"),
    Known("product.serviced_at", _("Product serviced on"), "2026-09-02", kind="date"),
    Known("order.number", _("Order number"), "48213"),
    Known("order.at", _("Ordered on"), "2026-11-16", kind="date"),
    Known("order.total", _("Order total"), {"amount": 140880, "currency": EUR}, kind="money"),
    Known("order.lines", _("Order lines"), ORDER_LINES, kind="lines"),
    Known("order.lines.name", _("Order line: name"), "Kuura M 54"),
    Known("order.lines.quantity", _("Order line: quantity"), 1, kind="number"),
    Known("order.lines.amount", _("Order line: amount"), {"amount": 124900, "currency": EUR}, kind="money"),
    Known("order.carrier", _("Carrier"), "Posti"),
    Known("order.parcel", _("Parcel code"), "JJFI64621300009817"),
    Known("order.parcel_url", _("Parcel tracking link"), "https://www.posti.fi/seuranta", kind="url"),
    Known("order.arrives_at", _("Parcel arrives on"), "2026-11-24", kind="date"),
    Known("invoice.number", _("Invoice number"), "2026-1187"),
    Known("invoice.at", _("Invoice date"), "2026-11-20", kind="date"),
    Known("invoice.due_at", _("Due date"), "2026-12-04", kind="date"),
    Known("invoice.total", _("Invoice total"), {"amount": 18900, "currency": EUR}, kind="money"),
    Known("invoice.tax", _("Of which VAT"), {"amount": 3841, "currency": EUR}, kind="money"),
    Known("invoice.reference", _("Payment reference"), "1187 2026 4"),
    Known("invoice.iban", _("Account to pay to"), "FI21 1234 5600 0007 85"),
    Known("invoice.payee", _("Payee"), "Pyörä & Polku Oy"),
    Known("invoice.pay_url", _("Pay page"), "https://www.pyorapolku.example/pay", kind="url"),
    Known(
        "invoice.lines",
        _("Invoice lines"),
        [
            {
                "name": {"fi": "Perushuolto", "sv": "Basservice", "pl": "Przegląd podstawowy", "en": "Basic service"},
                "quantity": 1,
                "amount": {"amount": 18900, "currency": EUR},
            }
        ],
        kind="lines",
    ),
    Known("invoice.lines.name", _("Invoice line: name"), "Perushuolto"),
    Known("invoice.lines.quantity", _("Invoice line: quantity"), 1, kind="number"),
    Known("invoice.lines.amount", _("Invoice line: amount"), {"amount": 18900, "currency": EUR}, kind="money"),
    Known("shop.name", _("Shop"), "Helsinki Kamppi"),
    Known("shop.address", _("Shop address"), "Annankatu 31, 00100 Helsinki"),
    Known("agent.name", _("Sender's name"), "Aino"),
    Known("links.confirm", _("Link: confirm"), "https://www.pyorapolku.example/confirm", kind="url"),
    Known("links.preferences", _("Link: own choices"), "https://www.pyorapolku.example/choices", kind="url"),
    Known("links.unsubscribe", _("Link: unsubscribe"), "https://www.pyorapolku.example/unsubscribe", kind="url"),
    Known("links.view", _("Link: view in the browser"), "https://www.pyorapolku.example/view", kind="url"),
    Known("brand.name", _("Brand"), "Pyörä & Polku", sure=True),
    Known("brand.phone", _("Brand's phone"), "+358 9 555 0110", sure=True),
    Known("brand.web", _("Brand's web site"), "www.pyorapolku.example", sure=True),
    Known("channel.paper", _("Goes on paper"), False, sure=True),
    Known("channel.short", _("Is a short message"), False, sure=True),
    Known("channel.html", _("Shows pictures and colours"), True, sure=True),
)
FIELDS: dict[str, Known] = {one.path: one for one in CATALOGUE}
OURS = ("brand", "channel", "links")  # not of the person: `prepare` and the sender fill these


def samples(language: str) -> dict[str, Any]:
    """A whole set of values as the catalogue shows them, for a preview of nobody."""
    found: dict[str, Any] = {}
    for one in CATALOGUE:
        parts = one.path.split(".")
        if len(parts) == 2 and parts[0] not in OURS:
            found.setdefault(parts[0], {})[parts[1]] = worded(one.example(language), language)
    return found


def worded(value: Any, language: str) -> Any:
    if isinstance(value, list):
        return [{key: worded(part, language) for key, part in line.items()} for line in value]
    if isinstance(value, dict) and set(value) & set(TONGUES):
        return value.get(language[:2], value.get("en"))
    return value


def held(values: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None where there is none or an empty one."""
    here: Any = values
    for part in path.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return here if here or here is False or (here == 0 and here != "") else None
