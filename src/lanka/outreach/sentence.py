"""A rule in words: what a communicator reads instead of the tree. Parts of a condition are parted by a dot: nothing is inflected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lanka.outreach import rules
from lanka.outreach.models import Segment
from lanka.outreach.rules import Group, Leaf

DOT = " · "


def sentence(rule: Leaf | Group) -> str:
    names = dict(Segment.objects.filter(pk__in=rules.named(rule)).values_list("pk", "name"))
    words = Words(names)
    return words.group(rule, outside=True) if isinstance(rule, Group) else words.leaf(rule)


class Words:
    def __init__(self, segments: dict[int, str]) -> None:
        self.segments = segments

    def group(self, rule: Group, *, outside: bool = False) -> str:
        if not rule.rules:
            return {"all": _("everybody"), "any": _("nobody"), "none": _("everybody")}[rule.is_]
        parts = [self.group(one) if isinstance(one, Group) else self.leaf(one) for one in rule.rules]
        between = pgettext("rule", " and ") if rule.is_ == "all" else pgettext("rule", " or ")
        whole = between.join(parts)
        if rule.is_ == "none":
            return _("none of these: (%(rules)s)") % {"rules": whole}
        return whole if outside or len(parts) == 1 else f"({whole})"

    def leaf(self, rule: Leaf) -> str:
        if isinstance(rule, rules.InSegment):
            words = _("is not in “%(name)s”") if rule.no else _("is in “%(name)s”")
            return words % {"name": self.segments.get(rule.segment, "?")}
        return LEAVES[type(rule)](rule)


def listed(values: list[str]) -> str:
    return pgettext("rule", " or ").join(values)


def languages(codes: list[str]) -> list[str]:
    from babel import Locale

    here = Locale.parse((get_language() or "en").replace("-", "_"))
    return [str(here.languages.get(code.split("-")[0], code)) for code in codes]


def countries(codes: list[str]) -> list[str]:
    from babel import Locale

    here = Locale.parse((get_language() or "en").replace("-", "_"))
    return [str(here.territories.get(code.upper(), code)) for code in codes]


def language(rule: rules.Language) -> str:
    words = _("does not speak %(what)s") if rule.no else _("speaks %(what)s")
    return words % {"what": listed(languages(rule.values))}


def place(rule: rules.Place) -> str:
    where = listed(countries(rule.values) if rule.what == "country" else rule.values)
    if rule.what == "postcode":
        where = f"{rule.low}–{rule.high}" if rule.low else where
        return (_("postcode is not %(where)s") if rule.no else _("postcode is %(where)s")) % {"where": where}
    return (_("does not live in: %(where)s") if rule.no else _("lives in: %(where)s")) % {"where": where}


def known_ways() -> dict[str, str]:
    from lanka.customers.models import Kind

    named = {kind.name.lower(): str(kind.label) for kind in Kind if kind not in (Kind.POSTAL, Kind.ORDER)}
    return {**named, "street": _("postal address")}


def known(rule: rules.Known) -> str:
    what = known_ways().get(rule.what, rule.what)
    return (_("not known of them: %(what)s") if rule.no else _("known of them: %(what)s")) % {"what": what}


def met(rule: rules.Met) -> str:
    return turned(rule, DOT.join([_("we have known them"), *when(rule)]))


def fact(rule: rules.FactIs) -> str:
    span = spans(rule.n)[rule.unit]
    words = {
        "is": f"= {rule.value}",
        "contains": _("contains “%(value)s”") % {"value": rule.value},
        "known": _("is known"),
        "at_least": f"≥ {rule.value}",
        "at_most": f"≤ {rule.value}",
        "past": _("in the last %(span)s") % {"span": span},
        "ahead": _("in the next %(span)s") % {"span": span},
        "anniversary": _("anniversary in the next %(span)s") % {"span": span},
    }[rule.how]
    return turned(rule, f"{rule.field}: {words}")


def consented(rule: rules.Consented) -> str:
    words = {
        "yes": _("said yes to %(topic)s"),
        "no": _("said no to %(topic)s"),
        "nothing": _("has said neither yes nor no to %(topic)s"),
    }[rule.said]
    parts = [words % {"topic": topic(rule.topic)}, *([channel(rule.channel)] if rule.channel else [])]
    return turned(rule, DOT.join(parts))


def topic(key: str) -> str:
    from lanka.customers.models import Topic

    found = Topic.objects.filter(key=key).first()
    names = found.names if found else {}
    return str(names.get((get_language() or "en")[:2]) or names.get("en") or key)


def channel(kind: str) -> str:
    from lanka.channels.registry import all_channels

    found = all_channels().get(kind)
    return str(found.name) if found else kind


def prefers(rule: rules.Prefers) -> str:
    if rule.what == "paused":
        return turned(rule, _("wants a pause now"))
    about = [topic(rule.topic)] if rule.topic else []
    return turned(rule, DOT.join([_("chose %(channel)s first") % {"channel": channel(rule.channel)}, *about]))


def events() -> dict[str, tuple[str, str]]:
    """Kinds of events that have words of their own: (did, did not)."""
    return {
        "visit": (_("visited a shop or the web shop"), _("did not visit")),
        "message.in": (_("wrote to us"), _("did not write to us")),
        "message.out": (_("heard from us"), _("did not hear from us")),
        "receipt.read": (_("read a message of ours"), _("read no message of ours")),
        "clicked": (_("clicked in a message of ours"), _("clicked in no message of ours")),
        "pickup": (_("fetched an order"), _("fetched no order")),
        "receipt.bounced": (_("a message to them came back"), _("no message to them came back")),
    }


def did(rule: rules.Did) -> str:
    yes, no = events().get(rule.event, (_("has “%(event)s” on their thread"), _("has no “%(event)s” on their thread")))
    words = (no if rule.no else yes) % {"event": rule.event} if rule.event not in events() else (no if rule.no else yes)
    matches = [f"{key} = {value}" for key, value in rule.match.items()]
    return DOT.join([words, *matches, *times(rule.times), *when(rule)])


def bought(rule: rules.Bought) -> str:
    what = {"anything": _("anything"), "sku": f"SKU {rule.value}"}.get(rule.what, rule.value)
    parts = [_("did not buy") if rule.no else _("bought"), what, *([rule.store] if rule.store else []), *times(rule.times)]
    if rule.total:
        amount = formats.number_format(rule.total / 100, 2 if rule.total % 100 else 0, use_l10n=True, force_grouping=True)
        parts.append(_("together at least %(amount)s %(currency)s") % {"amount": amount, "currency": rule.currency})
    return DOT.join([*parts, *when(rule)])


def score(rule: rules.Score) -> str:
    name = {"recency": _("bought lately"), "frequency": _("buys often"), "money": _("spends much")}[rule.what]
    return turned(rule, _("%(name)s: score %(least)s to %(most)s of 5") % {"name": name, "least": rule.least, "most": rule.most})


def turned(rule: rules.Condition, words: str) -> str:
    return _("not: %(words)s") % {"words": words} if rule.no else words


def times(least: int) -> list[str]:
    return [ngettext("at least %(n)d time", "at least %(n)d times", least) % {"n": least}] if least > 1 else []


def when(rule: rules.Timed) -> list[str]:
    if rule.when == "ever":
        return []
    if rule.date and rule.when in ("since", "until"):
        day = formats.date_format(rule.date, "DATE_FORMAT")
        return [(_("since %(day)s") if rule.when == "since" else _("before %(day)s")) % {"day": day}]
    words = {
        "within": _("in the last %(span)s"),
        "before": _("more than %(span)s ago"),
        "last": _("the last time more than %(span)s ago"),
    }[rule.when]
    return [words % {"span": spans(rule.n)[rule.unit]}]


def spans(n: int) -> dict[str, str]:
    """As they stand in 'in the last …', 'more than … ago'."""
    return {
        "days": ngettext("%(n)d day", "%(n)d days", n) % {"n": n},
        "weeks": ngettext("%(n)d week", "%(n)d weeks", n) % {"n": n},
        "months": ngettext("%(n)d month", "%(n)d months", n) % {"n": n},
        "years": ngettext("%(n)d year", "%(n)d years", n) % {"n": n},
    }


LEAVES: dict[type[Any], Callable[[Any], str]] = {
    rules.Language: language,
    rules.Place: place,
    rules.Known: known,
    rules.Met: met,
    rules.FactIs: fact,
    rules.Consented: consented,
    rules.Prefers: prefers,
    rules.Did: did,
    rules.Bought: bought,
    rules.Score: score,
}
