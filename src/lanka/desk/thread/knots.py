"""Events as knots on the thread: what the template draws, in as few questions to the database as can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from lanka.conversations.models import Conversation
from lanka.decide.reach import bases_of
from lanka.deliver.models import Delivery
from lanka.desk.thread.words import Words, words_for
from lanka.timeline.models import Event

PAGE = 60
TOGETHER = timedelta(minutes=6)  # messages of one voice this close hang together
AROUND = timedelta(days=3)  # what else the person did shortly before is part of the story
ELSEWHERE = ["visit", "purchase", "pickup", "left", "order.placed", "order.status", "consent", "person.merged", "person.unmerged"]
SHAPES = {"message.in": "in", "message.out": "out", "note": "note"}


@dataclass(slots=True)
class Knot:
    event: Event
    shape: str  # 'in', 'out', 'note', 'fact'
    day: date | None = None  # set on the first knot of its day
    joined: bool = False  # hangs with the one before: no need to say again who and where
    delivery: Delivery | None = None
    receipts: list[Event] = field(default_factory=list)
    words: Words | None = None
    strand: int = 0
    strands: int = 1

    @property
    def data(self) -> dict[str, Any]:
        return self.event.data if isinstance(self.event.data, dict) else {}

    @property
    def by(self) -> str:
        return self.event.actor.name if self.event.actor else str(self.data.get("sender_name") or "")


@dataclass(slots=True)
class Stretch:
    """A part of a thread, oldest first. `older`: the key of what lies above it, empty at the beginning."""

    knots: list[Knot]
    older: str = ""
    last_id: int = 0


def family(conversation: Conversation) -> list[int]:
    """The conversation and those merged into it."""
    return [conversation.pk, *Conversation.objects.filter(merged_into=conversation).values_list("pk", flat=True)]


def story(conversation: Conversation, ids: Sequence[int] = ()) -> QuerySet[Event]:
    """Its own events, and what the person did elsewhere in that time."""
    own = Q(conversation_id__in=ids or family(conversation)) & ~Q(kind__startswith="receipt.")
    elsewhere = Q(
        customer_id__in=bases_of(conversation.customer_id),
        conversation_id=None,
        kind__in=ELSEWHERE,
        at__gte=conversation.created_at - AROUND,
    )
    if conversation.closed_at:
        elsewhere &= Q(at__lte=conversation.closed_at)
    return Event.objects.filter(own | elsewhere).select_related("actor").defer("search")


def key_of(event: Event) -> str:
    return f"{event.at.isoformat()}~{event.pk}"


def below(events: QuerySet[Event], key: tuple[datetime, int] | None) -> QuerySet[Event]:
    if key is None:
        return events
    at, pk = key
    return events.filter(at__lte=at).exclude(at=at, pk__gte=pk)


def stretch(events: QuerySet[Event], before: tuple[datetime, int] | None = None, size: int = PAGE) -> Stretch:
    found = list(below(events, before).order_by("-at", "-pk")[: size + 1])
    shown = found[:size][::-1]
    return Stretch(knots_of(shown), key_of(shown[0]) if len(found) > size else "", max((e.pk for e in shown), default=0))


def newer(conversation: Conversation, after: int) -> Stretch:
    """What was written after that event, and the messages whose receipts were."""
    ids = family(conversation)
    fresh = list(story(conversation, ids).filter(pk__gt=after).order_by("at", "pk")[:PAGE])
    told = Event.objects.filter(conversation_id__in=ids, pk__gt=after, kind__startswith="receipt.").exclude(about_id=None)
    about = {pk for pk in told.values_list("about_id", flat=True) if pk}
    about -= {event.pk for event in fresh}
    again = list(Event.objects.filter(pk__in=about, conversation_id__in=ids).select_related("actor").defer("search")) if about else []
    everything = sorted([*fresh, *again], key=lambda e: (e.at, e.pk))
    before = story(conversation, ids).filter(at__lte=everything[0].at).exclude(pk__in=[e.pk for e in everything]) if everything else None
    previous = before.order_by("-at", "-pk").first() if before is not None else None
    last = told.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Stretch(knots_of(everything, previous), "", max([after, last, *(e.pk for e in fresh)]))


def knots_of(events: Sequence[Event], previous: Event | None = None) -> list[Knot]:
    sent = [event.pk for event in events if event.kind == "message.out"]
    deliveries = {d.event_id: d for d in Delivery.objects.filter(event_id__in=sent).defer("out")} if sent else {}
    receipts = receipts_of(sent)
    knots = []
    for event in events:
        knot = Knot(event, SHAPES.get(event.kind, "fact"), delivery=deliveries.get(event.pk), receipts=receipts[event.pk])
        knot.words = words_for(event) if knot.shape == "fact" else None
        knot.day = day_of(event) if previous is None or day_of(previous) != day_of(event) else None
        knot.joined = knot.day is None and previous is not None and hangs_together(previous, event)
        knots.append(knot)
        previous = event
    return knots


def receipts_of(ids: Iterable[int]) -> defaultdict[int, list[Event]]:
    found: defaultdict[int, list[Event]] = defaultdict(list)
    ids = list(ids)
    if ids:
        for event in Event.objects.filter(about_id__in=ids, kind__startswith="receipt.").defer("search").order_by("at", "pk"):
            found[event.about_id or 0].append(event)
    return found


def day_of(event: Event) -> date:
    return timezone.localdate(event.at)


def hangs_together(a: Event, b: Event) -> bool:
    same = a.kind == b.kind and a.channel == b.channel and a.actor_id == b.actor_id and a.line_id == b.line_id
    return same and a.kind in SHAPES and b.at - a.at < TOGETHER and not b.data.get("subject")
