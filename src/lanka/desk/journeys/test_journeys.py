"""The screens of journeys without a browser: who was quicker, what is refused, who is taken off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast

from lanka.core.clock import now
from lanka.outreach.journeys.enter import Entry, enter
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.publish import let_in_from_now, publish
from lanka.outreach.models import Journey, Traveller
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db
WAIT: dict[str, Any] = {"id": "w", "kind": "wait", "span": {"count": 3, "unit": "days"}}


def drawing(*steps: dict[str, Any]) -> dict[str, Any]:
    return Graph.model_validate({"trigger": {"kind": "event", "event": "purchase"}, "steps": steps}).model_dump()


@pytest.fixture
def journey(story: Cast) -> Journey:
    return Journey.objects.create(name="Service reminder", draft=drawing(WAIT), draft_by=story.ben)


def send(client: Client, url: str, body: dict[str, Any]) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json")


def test_who_draws_on_an_older_state_hears_of_the_other(story: Cast, journey: Journey, sit: Any) -> None:
    ben, sanna, url = sit(story.ben), sit(story.sanna), f"/desk/journeys/{journey.pk}/draft/"
    seen = journey.draft_at.isoformat()
    first = send(ben, url, {"graph": drawing({**WAIT, "id": "bens"}), "seen": seen})
    assert first.status_code == 200 and first.json()["words"]["bens"] == ["Wait 3 days", ""]
    second = send(sanna, url, {"graph": drawing({**WAIT, "id": "sannas"}), "seen": seen})
    assert second.status_code == 409 and second.json()["by"] == "Ben Lindqvist"
    assert second.json()["graph"]["steps"][0]["id"] == "bens"
    assert send(sanna, url, {"graph": drawing({**WAIT, "id": "sannas"}), "seen": first.json()["at"]}).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", '"x"', '{"graph": {"steps": [{"kind": "nonsense", "id": "x"}]}}', '{"graph": null}'])
def test_what_is_no_drawing_is_refused_in_words(story: Cast, journey: Journey, sit: Any, body: str) -> None:
    for place in ("draft", "simulate"):
        answer = sit(story.ben).post(f"/desk/journeys/{journey.pk}/{place}/", body, content_type="application/json")
        assert answer.status_code == 422 and answer.json()["wrong"]
    journey.refresh_from_db()
    assert journey.draft == drawing(WAIT)


def test_what_was_published_is_not_deleted(story: Cast, journey: Journey, sit: Any) -> None:
    publish(journey, by=story.ben)
    assert sit(story.ben).post(f"/desk/journeys/{journey.pk}/delete/").status_code == 409
    draft = Journey.objects.create(name="Draft", draft=drawing())
    assert sit(story.ben).post(f"/desk/journeys/{draft.pk}/delete/").status_code == 204
    assert not Journey.objects.filter(pk=draft.pk).exists()


def test_an_agent_takes_somebody_off(story: Cast, journey: Journey, aino: Client) -> None:
    edition = publish(journey, by=story.ben)
    enter(edition, [Entry(story.maija.pk, "", now(), {})])
    page = aino.get(f"/desk/person/{story.maija.pk}/").content.decode()
    assert "Wait 3 days" in page and "Service reminder" in page
    assert f"/desk/journeys/{journey.pk}/" not in page, "an agent has no right to the drawing itself"
    row = Traveller.objects.get()
    answer = aino.post(f"/desk/journeys/people/{row.pk}/leave/")
    assert "Was taken out" in answer.content.decode()
    row.refresh_from_db()
    assert (row.ended, row.due) == ("removed", None) and row.ended_at
    assert Event.objects.get(kind="journey.removed").actor == story.aino
    assert sum("Taken off the journey" in text for text in [aino.get(f"/desk/person/{story.maija.pk}/").content.decode()]) == 1


def test_an_agent_puts_somebody_on_a_journey_that_begins_by_hand(story: Cast, aino: Client) -> None:
    graph = Graph.model_validate({"trigger": {"kind": "by_hand"}, "steps": [WAIT]})
    made = Journey.objects.create(name="After a complaint", draft=graph.model_dump(), draft_by=story.ben)
    publish(made, by=story.ben)
    assert "After a complaint" not in aino.get(f"/desk/person/{story.maija.pk}/").content.decode(), "it lets nobody in yet"
    let_in_from_now(made, by=story.ben)
    assert "After a complaint" in aino.get(f"/desk/person/{story.maija.pk}/").content.decode()
    answer = aino.post(f"/desk/journeys/people/{story.maija.pk}/join/", {"journey": made.pk})
    assert "Wait 3 days" in answer.content.decode()
    assert Traveller.objects.get().customer == story.maija
    assert Event.objects.get(kind="journey.put_in").actor == story.aino
    assert aino.post(f"/desk/journeys/people/{story.maija.pk}/join/", {"journey": made.pk}).status_code == 409, "once in their life"
