"""What the builder offers: conditions in plain words, with the fields of each and what the house knows to choose from.

One dict a condition; `rule.js` draws its fields in this order. A field: name, as ('choice', 'words', 'number', 'date', 'list', 'money'),
label, options [[value, words]], `only` {another field: values for which this one shows}, `more` (behind a button until used).
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from lanka.channels.models import Line
from lanka.channels.registry import all_channels
from lanka.commerce.models import Store
from lanka.customers.models import Topic
from lanka.outreach.models import Segment
from lanka.outreach.sentence import countries, events, known_ways, languages, topic

Field = dict[str, Any]
LATELY = 4000  # rows that are looked at for what there is to choose
CATEGORIES = (
    "SELECT DISTINCT l ->> 'category' FROM (SELECT lines FROM commerce_order ORDER BY id DESC LIMIT %s) o, jsonb_array_elements(lines) l"
)
NAMES = """
SELECT l ->> 'name', count(*) FROM (SELECT lines FROM commerce_order ORDER BY id DESC LIMIT %s) o, jsonb_array_elements(lines) l
GROUP BY 1 ORDER BY 2 DESC LIMIT 60
"""
LANGUAGES = (
    "SELECT language, count(*) FROM (SELECT language FROM customers_customer ORDER BY id DESC LIMIT %s) c GROUP BY 1 ORDER BY 2 DESC"
)
COUNTRIES = "SELECT country, count(*) FROM (SELECT country FROM customers_customer ORDER BY id DESC LIMIT %s) c GROUP BY 1 ORDER BY 2 DESC"
TOWNS = """
SELECT value ->> 'town', count(*) FROM (SELECT value FROM customers_fact WHERE kind = 'address' ORDER BY id DESC LIMIT %s) f
GROUP BY 1 ORDER BY 2 DESC LIMIT 60
"""
FACTS = "SELECT DISTINCT kind FROM (SELECT kind FROM customers_fact ORDER BY id DESC LIMIT %s) f"


def found(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, [LATELY])
        return [str(row[0]) for row in cursor.fetchall() if row[0]]


def choice(name: str, label: str, options: list[tuple[str, str]], **more: Any) -> Field:
    return {"name": name, "as": "choice", "label": label, "options": [list(one) for one in options], **more}


def field(name: str, kind: str, label: str, **more: Any) -> Field:
    return {"name": name, "as": kind, "label": label, **more}


def whether(yes: str, no: str) -> Field:
    return choice("no", _("Yes or no"), [("", yes), ("1", no)])


def units() -> list[tuple[str, str]]:
    return [("days", _("days")), ("weeks", _("weeks")), ("months", _("months")), ("years", _("years"))]


def when(*, ever: str = "") -> list[Field]:
    options = [("ever", ever)] if ever else []
    options += [("within", _("in the last")), ("before", _("longer ago than"))]
    options += [("last", _("the last time longer ago than"))] if ever else []
    spans = {"when": ["within", "before", "last"]}
    return [
        choice("when", _("When"), [*options, ("since", _("since the day")), ("until", _("before the day"))]),
        field("n", "number", _("How long"), only=spans, least=1, start=6),
        choice("unit", _("Unit"), units(), only=spans, start="months"),
        field("date", "date", _("Day"), only={"when": ["since", "until"]}),
    ]


def vocabulary(segment: Segment | None = None) -> dict[str, Any]:
    """All that the island needs, as JSON. `segment`: may not be part of itself."""
    kinds = [*buying(), *doing(), *being(), *choosing(), *grouping(segment)]
    return {"kinds": kinds, "words": words()}


def words() -> dict[str, str]:
    return {
        "all": _("all of these"),
        "any": _("any of these"),
        "none": _("none of these"),
        "fits": _("Who fits"),
        "and": _("and"),
        "or": _("or"),
        "nor": _("nor"),
        "add": _("Add a condition"),
        "group": _("Add a group"),
        "remove": _("Remove"),
        "more": _("More"),
        "empty": _("No condition yet: everybody fits."),
        "condition": _("Condition"),
        "several": _("several, by commas"),
    }


def buying() -> list[dict[str, Any]]:
    categories = [(one, one) for one in sorted(found(CATEGORIES))]
    what = [("anything", _("anything")), ("product", _("a product named")), ("sku", _("SKU"))]
    if categories:
        what.insert(1, ("category", _("of the category")))
    stores = [("", _("anywhere")), *((name, name) for name in Store.objects.order_by("name").values_list("name", flat=True))]
    bought = [
        whether(_("bought"), _("did not buy")),
        choice("what", _("What"), what),
        choice("value", _("Category"), categories, only={"what": ["category"]}),
        field("value", "words", _("Product"), only={"what": ["product", "sku"]}, list=found(NAMES)),
        *when(ever=_("ever")),
        field("times", "number", _("at least so often"), least=1, start=1, more=True),
        field("total", "money", _("for at least, together"), more=True, currencies=currencies()),
        choice("store", _("Where"), stores, more=True),
    ]
    scores = [(str(n), str(n)) for n in range(1, 6)]
    fifths = [("recency", _("bought lately")), ("frequency", _("buys often")), ("money", _("spends much"))]
    score = [
        choice("what", _("Score"), fifths),
        choice("least", _("from"), scores, start="4", number=True),
        choice("most", _("to (5 is best)"), scores, start="5", number=True),
    ]
    return [
        {"is": "bought", "label": _("Purchases"), "fields": bought},
        {"is": "score", "label": _("Score among customers"), "fields": score},
    ]


def currencies() -> list[str]:
    return ["EUR", "PLN", "SEK", "USD", "GBP"]


def doing() -> list[dict[str, Any]]:
    known = [(kind, yes) for kind, (yes, _no) in events().items()]
    fields = [
        whether(_("did"), _("did not")),
        choice("event", _("What happened"), known),
        *when(ever=_("ever")),
        field("times", "number", _("at least so often"), least=1, start=1, more=True),
    ]
    return [{"is": "did", "label": _("What happened"), "fields": fields}]


def being() -> list[dict[str, Any]]:
    tongues, lands = found(LANGUAGES) or ["fi", "sv", "en", "pl"], found(COUNTRIES) or ["FI"]
    is_not = whether(pgettext_is(), _("is not"))
    place = [
        is_not,
        choice("what", _("Where"), [("country", _("country")), ("town", _("town")), ("postcode", _("postcode"))]),
        choice("values", _("Country"), list(zip(lands, countries(lands), strict=True)), only={"what": ["country"]}, many=True),
        field("values", "list", _("Town"), only={"what": ["town"]}, list=found(TOWNS)),
        field("low", "words", _("from"), only={"what": ["postcode"]}),
        field("high", "words", _("to"), only={"what": ["postcode"]}),
    ]
    speaks = [
        whether(_("speaks"), _("does not speak")),
        choice("values", _("Language"), list(zip(tongues, languages(tongues), strict=True)), many=True),
    ]
    known = [whether(_("known"), _("not known")), choice("what", _("What"), list(known_ways().items()))]
    return [
        {"is": "language", "label": _("Language"), "fields": speaks},
        {"is": "place", "label": _("Where they live"), "fields": place},
        {"is": "met", "label": _("Known to us"), "fields": when()},
        {"is": "known", "label": _("Address known"), "fields": known},
        {"is": "fact", "label": _("Something known of them"), "fields": facts()},
    ]


def pgettext_is() -> str:
    from django.utils.translation import pgettext

    return pgettext("rule", "is")


def facts() -> list[Field]:
    how = [("is", "="), ("contains", _("contains")), ("known", _("is known")), ("at_least", "≥"), ("at_most", "≤")]
    how += [("past", _("was in the last")), ("ahead", _("is in the next")), ("anniversary", _("has its anniversary in the next"))]
    spans = {"how": ["past", "ahead", "anniversary"]}
    return [
        field("field", "words", _("What"), list=sorted(found(FACTS))),
        choice("how", _("How"), how),
        field("value", "words", _("Value"), only={"how": ["is", "contains", "at_least", "at_most"]}),
        field("n", "number", _("How long"), only=spans, least=1, start=7),
        choice("unit", _("Unit"), units(), only=spans, start="days"),
    ]


def choosing() -> list[dict[str, Any]]:
    topics = [(one.key, topic(one.key)) for one in Topic.objects.filter(retired_at=None)]
    kinds = sorted(set(Line.objects.filter(enabled=True).values_list("kind", flat=True)) & set(all_channels()))
    ways = [(kind, str(all_channels()[kind].name)) for kind in kinds]
    said = [("yes", _("said yes")), ("no", _("said no")), ("nothing", _("said nothing"))]
    about = [("", _("about everything")), *topics]
    consent = [
        choice("said", _("What they said"), said),
        choice("topic", _("Topic"), topics),
        choice("channel", _("Channel"), [("", _("on any channel")), *ways], more=True),
    ]
    prefers = [
        whether(_("does"), _("does not")),
        choice("what", _("What"), [("channel", _("choose first")), ("paused", _("want a pause now"))]),
        choice("channel", _("Channel"), ways, only={"what": ["channel"]}),
        choice("topic", _("Topic"), about),
    ]
    return [{"is": "consent", "label": _("Consent"), "fields": consent}, {"is": "prefers", "label": _("Wishes"), "fields": prefers}]


def grouping(segment: Segment | None) -> list[dict[str, Any]]:
    others = Segment.objects.filter(retired_at=None).exclude(pk=segment.pk if segment else 0)
    options = [(str(one.pk), one.name) for one in others if not segment or segment.pk not in one.uses]
    if not options:
        return []
    fields = [whether(_("is in"), _("is not in")), choice("segment", _("Segment"), options, number=True)]
    return [{"is": "segment", "label": _("Another segment"), "fields": fields}]
