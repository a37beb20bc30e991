"""What the builder offers: conditions in plain words, with the fields of each and what the house knows to choose from.

One dict a condition; `rule.js` draws its fields in this order. A field: name, as ('choice', 'words', 'number', 'date', 'list', 'money'),
label, options [[value, words]], `only` {another field: values for which this one shows}, `more` (behind a button until used).
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import pgettext

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
    return choice("no", pgettext("rule", "Yes or no"), [("", yes), ("1", no)])


def units() -> list[tuple[str, str]]:
    return [
        ("days", pgettext("rule", "days")),
        ("weeks", pgettext("rule", "weeks")),
        ("months", pgettext("rule", "months")),
        ("years", pgettext("rule", "years")),
    ]


def when(*, ever: str = "") -> list[Field]:
    options = [("ever", ever)] if ever else []
    options += [("within", pgettext("rule", "in the last")), ("before", pgettext("rule", "longer ago than"))]
    options += [("last", pgettext("rule", "the last time longer ago than"))] if ever else []
    spans = {"when": ["within", "before", "last"]}
    return [
        choice(
            "when",
            pgettext("rule", "When"),
            [*options, ("since", pgettext("rule", "since the day")), ("until", pgettext("rule", "before the day"))],
        ),
        field("n", "number", pgettext("rule", "How long"), only=spans, least=1, start=6),
        choice("unit", pgettext("rule", "Unit"), units(), only=spans, start="months"),
        field("date", "date", pgettext("rule", "Day"), only={"when": ["since", "until"]}),
    ]


def vocabulary(segment: Segment | None = None) -> dict[str, Any]:
    """All that the island needs, as JSON. `segment`: may not be part of itself."""
    kinds = [*buying(), *doing(), *being(), *choosing(), *grouping(segment)]
    return {"kinds": kinds, "words": words()}


def words() -> dict[str, str]:
    return {
        "all": pgettext("rule", "all of these"),
        "any": pgettext("rule", "any of these"),
        "none": pgettext("rule", "none of these"),
        "fits": pgettext("rule", "Who fits"),
        "and": pgettext("rule", "and"),
        "or": pgettext("rule", "or"),
        "nor": pgettext("rule", "nor"),
        "add": pgettext("rule", "Add a condition"),
        "group": pgettext("rule", "Add a group"),
        "remove": pgettext("rule", "Remove"),
        "more": pgettext("rule", "More"),
        "empty": pgettext("rule", "No condition yet: everybody fits."),
        "condition": pgettext("rule", "Condition"),
        "several": pgettext("rule", "several, by commas"),
    }


def buying() -> list[dict[str, Any]]:
    categories = [(one, one) for one in sorted(found(CATEGORIES))]
    what = [("anything", pgettext("rule", "anything")), ("product", pgettext("rule", "a product named")), ("sku", pgettext("rule", "SKU"))]
    if categories:
        what.insert(1, ("category", pgettext("rule", "of the category")))
    stores = [("", pgettext("rule", "anywhere")), *((name, name) for name in Store.objects.order_by("name").values_list("name", flat=True))]
    bought = [
        whether(pgettext("rule", "bought"), pgettext("rule", "did not buy")),
        choice("what", pgettext("rule", "What"), what),
        choice("value", pgettext("rule", "Category"), categories, only={"what": ["category"]}),
        field("value", "words", pgettext("rule", "Product"), only={"what": ["product", "sku"]}, list=found(NAMES)),
        *when(ever=pgettext("rule", "ever")),
        field("times", "number", pgettext("rule", "at least so often"), least=1, start=1, more=True),
        field("total", "money", pgettext("rule", "for at least, together"), more=True, currencies=currencies()),
        choice("store", pgettext("rule", "Where"), stores, more=True),
    ]
    return [
        {"is": "bought", "label": pgettext("rule", "Purchases"), "fields": bought},
        {"is": "score", "label": pgettext("rule", "Score among customers"), "fields": scores()},
    ]


def scores() -> list[Field]:
    numbers = [(str(n), str(n)) for n in range(1, 6)]
    fifths = [
        ("recency", pgettext("rule", "bought lately")),
        ("frequency", pgettext("rule", "buys often")),
        ("money", pgettext("rule", "spends much")),
    ]
    return [
        choice("what", pgettext("rule", "Score"), fifths),
        choice("least", pgettext("rule", "from"), numbers, start="4", number=True),
        choice("most", pgettext("rule", "to (5 is best)"), numbers, start="5", number=True),
    ]


def currencies() -> list[str]:
    return ["EUR", "PLN", "SEK", "USD", "GBP"]


def doing() -> list[dict[str, Any]]:
    known = [(kind, yes) for kind, (yes, _no) in events().items()]
    fields = [
        whether(pgettext("rule", "did"), pgettext("rule", "did not")),
        choice("event", pgettext("rule", "What happened"), known),
        *when(ever=pgettext("rule", "ever")),
        field("times", "number", pgettext("rule", "at least so often"), least=1, start=1, more=True),
    ]
    return [{"is": "did", "label": pgettext("rule", "What happened"), "fields": fields}]


def being() -> list[dict[str, Any]]:
    tongues = found(LANGUAGES) or ["fi", "sv", "en", "pl"]
    speaks = [
        whether(pgettext("rule", "speaks"), pgettext("rule", "does not speak")),
        choice("values", pgettext("rule", "Language"), list(zip(tongues, languages(tongues), strict=True)), many=True),
    ]
    known = [
        whether(pgettext("rule", "known"), pgettext("rule", "not known")),
        choice("what", pgettext("rule", "What"), list(known_ways().items())),
    ]
    return [
        {"is": "language", "label": pgettext("rule", "Language"), "fields": speaks},
        {"is": "place", "label": pgettext("rule", "Where they live"), "fields": places()},
        {"is": "met", "label": pgettext("rule", "Known to us"), "fields": when()},
        {"is": "known", "label": pgettext("rule", "Address known"), "fields": known},
        {"is": "fact", "label": pgettext("rule", "Something known of them"), "fields": facts()},
    ]


def places() -> list[Field]:
    lands = found(COUNTRIES) or ["FI"]
    kinds = [("country", pgettext("rule", "country")), ("town", pgettext("rule", "town")), ("postcode", pgettext("rule", "postcode"))]
    named, country = list(zip(lands, countries(lands), strict=True)), {"what": ["country"]}
    return [
        whether(pgettext("rule", "is"), pgettext("rule", "is not")),
        choice("what", pgettext("rule", "Where"), kinds),
        choice("values", pgettext("rule", "Country"), named, only=country, many=True),
        field("values", "list", pgettext("rule", "Town"), only={"what": ["town"]}, list=found(TOWNS)),
        field("low", "words", pgettext("rule", "from"), only={"what": ["postcode"]}),
        field("high", "words", pgettext("rule", "to"), only={"what": ["postcode"]}),
    ]


def facts() -> list[Field]:
    how = [
        ("is", "="),
        ("contains", pgettext("rule", "contains")),
        ("known", pgettext("rule", "is known")),
        ("at_least", "≥"),
        ("at_most", "≤"),
    ]
    how += [
        ("past", pgettext("rule", "was in the last")),
        ("ahead", pgettext("rule", "is in the next")),
        ("anniversary", pgettext("rule", "has its anniversary in the next")),
    ]
    spans = {"how": ["past", "ahead", "anniversary"]}
    return [
        field("field", "words", pgettext("rule", "What"), list=sorted(found(FACTS))),
        choice("how", pgettext("rule", "How"), how),
        field("value", "words", pgettext("rule", "Value"), only={"how": ["is", "contains", "at_least", "at_most"]}),
        field("n", "number", pgettext("rule", "How long"), only=spans, least=1, start=7),
        choice("unit", pgettext("rule", "Unit"), units(), only=spans, start="days"),
    ]


def choosing() -> list[dict[str, Any]]:
    topics = [(one.key, topic(one.key)) for one in Topic.objects.filter(retired_at=None)]
    kinds = sorted(set(Line.objects.filter(enabled=True).values_list("kind", flat=True)) & set(all_channels()))
    ways = [(kind, str(all_channels()[kind].name)) for kind in kinds]
    said = [("yes", pgettext("rule", "said yes")), ("no", pgettext("rule", "said no")), ("nothing", pgettext("rule", "said nothing"))]
    about = [("", pgettext("rule", "about everything")), *topics]
    consent = [
        choice("said", pgettext("rule", "What they said"), said),
        choice("topic", pgettext("rule", "Topic"), topics),
        choice("channel", pgettext("rule", "Channel"), [("", pgettext("rule", "on any channel")), *ways], more=True),
    ]
    prefers = [
        whether(pgettext("rule", "does"), pgettext("rule", "does not")),
        choice(
            "what",
            pgettext("rule", "What"),
            [("channel", pgettext("rule", "choose first")), ("paused", pgettext("rule", "want a pause now"))],
        ),
        choice("channel", pgettext("rule", "Channel"), ways, only={"what": ["channel"]}),
        choice("topic", pgettext("rule", "Topic"), about),
    ]
    return [
        {"is": "consent", "label": pgettext("rule", "Consent"), "fields": consent},
        {"is": "prefers", "label": pgettext("rule", "Wishes"), "fields": prefers},
    ]


def grouping(segment: Segment | None) -> list[dict[str, Any]]:
    others = Segment.objects.filter(retired_at=None).exclude(pk=segment.pk if segment else 0)
    options = [(str(one.pk), one.name) for one in others if not segment or segment.pk not in one.uses]
    if not options:
        return []
    fields = [
        whether(pgettext("rule", "is in"), pgettext("rule", "is not in")),
        choice("segment", pgettext("rule", "Segment"), options, number=True),
    ]
    return [{"is": "segment", "label": pgettext("rule", "Another segment"), "fields": fields}]
