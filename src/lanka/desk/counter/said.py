"""The forms of the counter as the fields a till would send. Money as people write it, in minor units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lanka.commerce.models import Order

PRICE = re.compile(r"-?\d{1,9}([.,]\d{1,2})?")
CURRENCIES = {"EUR", "SEK", "PLN", "GBP", "USD", "NOK", "DKK"}


class Wrong(ValueError):
    """In words for the clerk."""


def said(what: str, post: QueryDict, bases: Sequence[int]) -> dict[str, Any]:
    """Raises Wrong."""
    text = post.get("text", "").replace("\0", "").strip()[:4000]
    if what == "note" and not text:
        raise Wrong(_("Write the note first."))
    if what == "pickup":
        return {"order": picked(post, bases), "text": text}
    if what == "purchase":
        return {**bought(post), "text": text}
    return {"text": text}


def picked(post: Mapping[str, str], bases: Sequence[int]) -> str:
    """The chosen one must be theirs; one that is not in the house yet may be typed."""
    chosen, typed = post.get("order", ""), post.get("number", "").replace("\0", "").strip()[:40]
    if chosen and Order.objects.filter(number=chosen, customer__in=bases).exists():
        return chosen
    if not typed:
        raise Wrong(_("Choose the order, or type its number."))
    if Order.objects.filter(number=typed).exclude(customer__in=bases).exists():
        raise Wrong(_("This order belongs to somebody else."))
    return typed


def bought(post: QueryDict) -> dict[str, Any]:
    currency = post.get("currency", "EUR")
    lines = [line for line in map(line_of, post.getlist("product"), post.getlist("price")) if line]
    if not lines:
        raise Wrong(_("What was bought, and for how much?"))
    if currency not in CURRENCIES:
        raise Wrong(_("This currency is not known here."))
    return {"lines": lines, "amount": sum(line["amount"] for line in lines), "currency": currency}


def line_of(product: str, price: str) -> dict[str, Any] | None:
    product, price = product.replace("\0", "").strip()[:120], re.sub(r"[\s€]|zł|kr", "", price)
    if not product and not price:
        return None
    if not product or not PRICE.fullmatch(price):
        raise Wrong(_("Each line needs a product and a price, such as 12,50."))
    return {"name": product, "quantity": 1, "amount": int((Decimal(price.replace(",", ".")) * 100).to_integral_value())}
