"""What happened, read from the timeline: it lets people in, and wakes those who wait for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lanka.core.clock import now
from lanka.customers.load import bases_of, roots_of
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.enter import Entry, enter
from lanka.outreach.journeys.graph import WaitFor
from lanka.outreach.models import Edition, Journey, Traveller
from lanka.timeline.models import Event
from lanka.timeline.read import news_for

READER = "journeys"


def read_news(limit: int = 1000) -> int:
    """How many events were read. What they led to and how far was read are kept or lost together."""
    with news_for(READER, limit) as events:
        if events:
            let_in(events)
            wake(events)
        return len(events)


def running() -> list[Edition]:
    """The newest edition of every journey that lets people in."""
    journeys = Journey.objects.filter(running_since__isnull=False).values("pk")
    editions = Edition.objects.filter(journey__in=journeys).order_by("journey_id", "-number").distinct("journey_id")
    return list(editions.select_related("journey"))


def matches(event: Event, match: Mapping[str, str]) -> bool:
    """Every word must be found: 'text' in what was said, other names in the event's data."""
    for name, wanted in match.items():
        if name == "text":
            if wanted.casefold() not in event.text.casefold():
                return False
        elif wanted.casefold() not in str(said(event.data, name)).casefold():
            return False
    return True


def said(data: Mapping[str, Any], name: str) -> Any:
    """'lines' holds a list of bought things: the name or the category of any of them will do."""
    value = data.get(name, "")
    return " ".join(thing(one) if isinstance(one, dict) else str(one) for one in value) if isinstance(value, list) else value


def thing(line: Mapping[str, Any]) -> str:
    return f"{line.get('name', '')} {line.get('category', '')}"


def let_in(events: Sequence[Event]) -> None:
    for edition in running():
        trigger = plan_of(edition.pk).graph.trigger
        if trigger.kind != "event":
            continue
        since = edition.journey.running_since
        fresh = [e for e in events if e.kind in trigger.kinds and since and e.recorded_at >= since and matches(e, trigger.match)]
        enter(edition, [entry_of(event) for event in fresh])


def entry_of(event: Event) -> Entry:
    """The same event, told twice or read again, is the same reason."""
    return Entry(event.customer_id, event.key or f"event:{event.pk}", event.at, {**event.data, "kind": event.kind, "event": event.pk})


def wake(events: Sequence[Event]) -> None:
    """Marks who was waiting for one of these, and makes them due. The clock does the rest."""
    roots = roots_of({event.customer_id for event in events})
    by_root: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_root[roots[event.customer_id]].append(event)
    of_base = {base: root for root, bases in bases_of(by_root).items() for base in bases}
    waiting = Traveller.objects.filter(customer_id__in=of_base, ended_at__isnull=True, awaits__overlap=list({e.kind for e in events}))
    for row in waiting.select_for_update(of=("self",)).order_by("pk"):
        if came := what_came(row, by_root[of_base[row.customer_id]]):
            row.fields["came"], row.due = came, now()
            row.save(update_fields=["fields", "due"])


def what_came(row: Traveller, events: Sequence[Event]) -> str:
    """The node whose event came, 'goal', or ''. What happened before they came to the node does not count."""
    plan = plan_of(row.edition_id)
    node = plan.nodes.get(row.node)
    for event in events:
        if event.at >= row.entered_at and plan.graph.goal_event == event.kind:
            return "goal"
        if isinstance(node, WaitFor) and event.kind == node.event and event.at >= row.node_since and matches(event, node.match):
            return node.id
    return ""
