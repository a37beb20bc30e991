"""Journeys for the stories in a browser: drawn ones, one with people on it; and how to look at the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from lanka.content.models import Template, Version
from lanka.core.clock import now
from lanka.customers.models import Topic
from lanka.outreach.journeys.due import walk_due
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.past import let_in_past
from lanka.outreach.journeys.publish import let_in_from_now, publish
from lanka.outreach.models import Journey
from tests.browser.conftest import Desk
from tests.cast import customer, event

REMINDER: dict[str, Any] = {
    "trigger": {"kind": "event", "event": "purchase"},
    "again": "each",
    "goal_event": "visit",
    "steps": [
        {"id": "half-year", "kind": "wait", "span": {"count": 6, "unit": "months"}, "hour": "10:00", "weekdays": [0, 1, 2, 3, 4]},
        {"id": "remind", "kind": "send", "template": "service-reminder", "topic": "care"},
        {
            "id": "answer",
            "kind": "wait_for",
            "event": "message.in",
            "timeout": {"count": 2, "unit": "weeks"},
            "came": [],
            "timed_out": [
                {
                    "id": "who",
                    "kind": "split",
                    "branches": [{"id": "fi", "rule": {"is": "language", "values": ["fi"]}, "steps": []}],
                    "otherwise": [{"id": "call", "kind": "conversation", "callback": True, "note": "They did not answer."}],
                }
            ],
        },
    ],
}


def drawn(desk: Desk, steps: list[dict[str, Any]], **more: Any) -> Journey:
    graph = Graph.model_validate({"trigger": {"kind": "event", "event": "purchase"}, "steps": steps, **more})
    return Journey.objects.create(name="Service reminder", draft=graph.model_dump(), draft_by=desk.cast.ben)


def wait(step: str, days: int = 3) -> dict[str, Any]:
    return {"id": step, "kind": "wait", "span": {"count": days, "unit": "days"}}


def approved(desk: Desk, key: str, name: str) -> None:
    template = Template.objects.create(key=key, name=name, brand=desk.cast.brand)
    Version.objects.create(
        template=template, number=1, texts={}, digest="x", at=now(), by=desk.cast.ben, approved_at=now(), approved_by=desk.cast.sanna
    )


def ready(desk: Desk) -> Journey:
    """Published, with twelve people at different places; the drawing has gone on since."""
    Topic.objects.get_or_create(key="care", defaults={"names": {"en": "Care reminders"}, "basis": "interest"})
    approved(desk, "service-reminder", "Service reminder")
    journey = Journey.objects.create(name="Service reminder", draft=Graph.model_validate(REMINDER).model_dump(), draft_by=desk.cast.ben)
    edition = publish(journey, by=desk.cast.ben)
    for n in range(12):
        who = customer(f"Rider {n}", ("fi", "pl")[n % 2])
        event(who, "purchase", now() - timedelta(days=30 + 18 * n), text="Kuura 54 cm", data={"lines": [{"name": "Kuura"}]})
    let_in_from_now(journey, by=desk.cast.ben)
    let_in_past(edition, since=now() - timedelta(days=400))
    while walk_due():
        pass
    changed = {**REMINDER, "steps": [*REMINDER["steps"][1:], wait("thanks")]}
    Journey.objects.filter(pk=journey.pk).update(draft=Graph.model_validate(changed).model_dump())
    return Journey.objects.get(pk=journey.pk)


def open_it(desk: Desk, journey: Journey, who: Any = None, **look: Any) -> Any:
    page = desk.sit(who or desk.cast.ben, f"/desk/journeys/{journey.pk}/", **look)
    expect(page.locator(".step, .finish").first).to_be_visible()
    return page


def kept(journey: Journey) -> list[dict[str, Any]]:
    return list(Journey.objects.get(pk=journey.pk).draft["steps"])


def order(page: Any) -> list[str]:
    return list(page.locator(".strand.main > .step").evaluate_all("all => all.map(one => one.dataset.id)"))


def step(page: Any, name: str) -> Any:
    return page.locator(f'.step[data-id="{name}"] > .card-row [data-open]')
