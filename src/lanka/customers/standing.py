"""What stands for a person: the ledger and the preferences of all their bases, read together. Nothing is written here.

Of several bases, and of 'every channel' and the channel itself, the newest word decides; a merge or its undo changes
which bases count and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lanka.customers.load import bases_of, roots_of
from lanka.customers.models import Basis, Consent, Customer, Frequency, Implied, Preference, Standing, Topic, Wording

LIKED, DISLIKED = 30, -50  # scores of `Implied` from which behaviour moves a channel to the front, or to the end


@dataclass(frozen=True, slots=True)
class Stand:
    """The newest word on a topic. `channel` '' was said of every channel."""

    granted: bool
    at: datetime
    consent_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to hear of a topic; empty where they chose nothing. `channels`: kinds, the first choice first; those
    not listed are not wanted.
    """

    channels: tuple[str, ...] = ()
    language: str = ""
    frequency: str = ""
    pause_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything one person has chosen, or seems to like. `preferences[None]` is about everything."""

    bases: list[int]
    stands: dict[tuple[int, str], Stand] = field(default_factory=dict)
    preferences: dict[int | None, Preference] = field(default_factory=dict)
    implied: dict[str, Implied] = field(default_factory=dict)

    def stand(self, topic: Topic, channel: str) -> Stand | None:
        """The newest word on this topic and channel: the channel's own, or that of every channel."""
        words = [self.stands.get((topic.pk, one)) for one in {"", channel}]
        return max((one for one in words if one), key=lambda one: (one.at, one.consent_id), default=None)

    def may(self, topic: Topic, channel: str) -> bool:
        """Whether the company may write to them of this on this channel, as the law has it."""
        if topic.basis in (Basis.LEGAL, Basis.CONTRACT):
            return True
        said = self.stand(topic, channel)
        return said.granted if said else topic.basis == Basis.INTEREST

    def own(self, topic: Topic | None) -> Wish:
        """What was chosen for this topic itself (None: for everything)."""
        row = self.preferences.get(topic.pk if topic else None)
        return Wish(tuple(row.channels), row.language, row.frequency, row.pause_until) if row else Wish()

    def wish(self, topic: Topic) -> Wish:
        """What was chosen for the topic, and where nothing was, for everything. The longer pause counts."""
        mine, all_of_it = self.own(topic), self.own(None)
        pauses = [one for one in (mine.pause_until, all_of_it.pause_until) if one]
        return Wish(
            mine.channels or all_of_it.channels,
            mine.language or all_of_it.language,
            mine.frequency or all_of_it.frequency or Frequency.NOW,
            max(pauses, default=None),
        )

    def order(self, topic: Topic, kinds: Sequence[str]) -> list[str]:
        """The channels among `kinds` by which they hear of it, the first tried first: chosen, else the topic's own as behaviour
        sorts them. Without those where they said no.
        """
        chosen = self.wish(topic).channels
        wanted = chosen or sorted((kind for kind in topic.channels), key=lambda kind: -self.leaning(kind))
        return [kind for kind in wanted if kind in kinds and self.may(topic, kind)]

    def leaning(self, kind: str) -> int:
        """1: they take notice there, -1: they never do, 0: nothing is known, or it is not clear."""
        score = self.implied[kind].score if kind in self.implied else 0
        return 1 if score >= LIKED else -1 if score <= DISLIKED else 0


def choices(customer: Customer) -> Choices:
    """Of the person that this base belongs to. Four queries."""
    root = roots_of([customer.pk])[customer.pk]
    return choices_of(bases_of([root])[root])


def choices_of(bases: list[int]) -> Choices:
    implied = {row.channel: row for row in Implied.objects.filter(customer__in=bases).order_by("at", "pk")}
    preferences = {row.topic_id: row for row in Preference.objects.filter(customer__in=bases, replaced_at=None).order_by("at", "pk")}
    return Choices(bases, newest(Standing.objects.filter(customer__in=bases)), preferences, implied)


def newest(rows: Iterable[Standing]) -> dict[tuple[int, str], Stand]:
    """(topic, channel) → its newest word over the bases."""
    found: dict[tuple[int, str], Stand] = {}
    for row in sorted(rows, key=lambda one: (one.at, one.consent_id)):
        found[row.topic_id, row.channel] = Stand(row.granted, row.at, row.consent_id, row.channel)
    return found


def ledger(bases: Sequence[int], limit: int = 200) -> list[Consent]:
    """Every yes and no, the newest first."""
    rows = Consent.objects.filter(customer__in=bases).select_related("topic", "wording", "by")
    return list(rows.order_by("-at", "-pk")[:limit])


def topics() -> list[Topic]:
    """Those in use, in their order."""
    return list(Topic.objects.filter(retired_at=None))


def wording_now(topic: Topic, language: str) -> Wording | None:
    """The words to agree to, in this language, else in English, else in any; the newest version."""
    known = Wording.objects.filter(topic=topic).order_by("-version")
    wanted = (known.filter(language=language), known.filter(language=language[:2]), known.filter(language="en"), known)
    return next((found for rows in wanted if (found := rows.first())), None)
