"""The form of a topic: what stands in its inputs, and what was typed made into the topic again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from lanka.channels.registry import all_channels
from lanka.customers.models import Basis, Frequency, Topic, Wording
from lanka.desk import channels

LANGUAGES = settings.LANGUAGES
PLACES = 4  # channels of a ladder
CAPS = 2
SWITCHES = ("quiet", "counts", "tracked", "double_opt_in")


@dataclass(slots=True)
class Typed:
    """`texts`: a row a language. `ladder`: a kind or '' a place. `caps`: (most, days) as typed."""

    texts: list[dict[str, Any]]
    ladder: list[str]
    caps: list[tuple[str, str]]
    numbers: dict[str, str]
    wordings: dict[str, str]
    bases: list[tuple[str, str]] = field(default_factory=lambda: [(value, str(label)) for value, label in Basis.choices])
    frequencies: list[tuple[str, str]] = field(default_factory=lambda: [(value, str(label)) for value, label in Frequency.choices])
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> str:
        """What stands above the form: the first error that has no place of its own."""
        return next((self.errors[name] for name in ("names", "wordings") if name in self.errors), _("Something is not right yet."))


def offered_kinds() -> list[tuple[str, str]]:
    """Channels that there are; whether a line of them speaks is asked when something is sent."""
    return [(kind, channels.name(kind)) for kind in sorted(all_channels())]


def versions(topic: Topic) -> dict[str, Wording]:
    """The newest wording of each language."""
    known = Wording.objects.filter(topic_id=topic.pk or 0).order_by("version")
    return {one.language: one for one in known}


def stored(topic: Topic) -> Typed:
    known = versions(topic)
    wordings = {code: known[code].text if code in known else "" for code, _name in LANGUAGES}
    caps = [(str(cap["most"]), str(cap["days"])) for cap in topic.caps]
    numbers = {"priority": str(topic.priority), "fallback_hours": "" if topic.fallback_hours is None else str(topic.fallback_hours)}
    return shaped(topic, list(topic.channels), caps, numbers, wordings)


def shaped(topic: Topic, ladder: list[str], caps: list[tuple[str, str]], numbers: dict[str, str], wordings: dict[str, str]) -> Typed:
    known = versions(topic)
    texts = [
        {
            "code": code,
            "title": name,
            "name": topic.names.get(code, ""),
            "about": topic.abouts.get(code, ""),
            "wording": wordings[code],
            "version": known[code].version if code in known else 0,
        }
        for code, name in LANGUAGES
    ]
    padded = [*ladder, *[""] * PLACES][: max(PLACES, len(ladder))]
    return Typed(texts, padded, [*caps, *[("", "")] * CAPS][: max(CAPS, len(caps))], numbers, wordings)


def words(post: QueryDict, name: str, most: int) -> str:
    return post.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()[:most]


def take(topic: Topic, post: QueryDict) -> Typed:
    """What was typed, into the topic; `errors` says what is wrong with it."""
    codes = [code for code, _name in LANGUAGES]
    topic.names = {code: text for code in codes if (text := words(post, f"name-{code}", 80))}
    topic.abouts = {code: text for code in codes if (text := words(post, f"about-{code}", 300))}
    ladder = list(dict.fromkeys(kind for kind in post.getlist("channel") if kind))
    caps = list(zip(post.getlist("most"), post.getlist("days"), strict=False))
    numbers = {name: post.get(name, "").strip() for name in ("priority", "fallback_hours")}
    topic.basis = post.get("basis", "")
    for name in SWITCHES:
        setattr(topic, name, name in post)
    topic.frequencies = [one for one in Frequency.values if one in post.getlist("frequency")]
    typed = shaped(topic, ladder, caps, numbers, {code: words(post, f"wording-{code}", 2000) for code in codes})
    check(topic, typed, ladder)
    return typed


def check(topic: Topic, typed: Typed, ladder: list[str]) -> None:
    errors = typed.errors
    if not topic.names:
        errors["names"] = _("Name it in one language at least.")
    if topic.basis not in Basis.values:
        errors["basis"] = _("Choose one.")
    if topic.basis == Basis.CONSENT and not any(typed.wordings.values()):
        errors["wordings"] = _("Consent needs words to agree to: write them in one language at least.")
    if not set(ladder) <= set(all_channels()):
        errors["channels"] = _("Choose one.")
    topic.channels = ladder
    topic.priority = number(typed, "priority", 0, 100) or 0
    topic.fallback_hours = number(typed, "fallback_hours", 1, 2000) if typed.numbers["fallback_hours"] else None
    topic.caps = [cap for most, days in typed.caps if (cap := cap_of(most, days, errors))]


def number(typed: Typed, name: str, least: int, most: int) -> int | None:
    text = typed.numbers[name]
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    typed.errors[name] = _("A number from %(least)s to %(most)s.") % {"least": least, "most": most}
    return None


def cap_of(most: str, days: str, errors: dict[str, str]) -> dict[str, int] | None:
    if not most.strip() and not days.strip():
        return None
    if all(part.strip().isascii() and part.strip().isdigit() and 0 < int(part) <= 400 for part in (most, days)):
        return {"days": int(days), "most": int(most)}
    errors["caps"] = _("Write two numbers: how many at most, and in how many days.")
    return None
