"""Clicks: a person's moves the message on, a scanner's is told apart, and nobody can make a link of ours lead elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lanka.core import clock
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.deliver import track
from lanka.deliver.click import clicks
from lanka.deliver.conftest import make_message
from lanka.deliver.models import Attempt, Delivery, Link, State
from lanka.timeline.models import Event
from lanka.timeline.record import record

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
VARAA = "https://pyorapolku.example/varaa"


@pytest.fixture
def sent(db: None) -> Delivery:
    """To Maija, a minute ago."""
    from lanka.channels.models import Line

    maija = Customer.objects.create(created_at=now(), name="Maija Laine")
    event = record(maija, "message.out", channel="email", text="Huolto")
    line = Line.objects.create(kind="email", name="News", settings={"address": "news@pyorapolku.example"})
    times = {"not_before": now(), "planned_at": now(), "changed_at": now()}
    row = Delivery.objects.create(event=event, customer=maija, line=line, message=make_message(), state=State.HANDED, attempts=1, **times)
    Attempt.objects.create(delivery=row, number=1, at=now(), ended_at=now() - timedelta(minutes=1), outcome="handed")
    return row


def link(row: Delivery, url: str = VARAA) -> str:
    assert row.message is not None
    return track.Follower(row.message).of(row.pk)(url, "b").partition("/l/")[2]


def get(token: str, agent: str = FIREFOX, method: str = "get", **more: Any) -> Any:
    return getattr(Client(), method)(f"/l/{token}", headers={"user-agent": agent, **more})


def test_a_click_leads_on_and_says_that_the_message_was_read(sent: Delivery) -> None:
    answer = get(link(sent))
    assert (answer.status_code, answer["Location"]) == (302, VARAA)
    event = Event.objects.get(kind="clicked")
    assert (event.customer_id, event.text, event.data["machine"]) == (sent.customer_id, VARAA, "")
    sent.refresh_from_db()
    assert sent.state == State.READ
    get(link(sent))
    assert Event.objects.filter(kind="clicked").count() <= 2, "a double click is one, unless a minute begins between"


def test_machines_are_led_on_too_and_counted_apart(sent: Delivery) -> None:
    second = link(sent, "https://pyorapolku.example/talvi")
    assert get(link(sent), "Mimecast-URL-Scanner").status_code == 302
    with clock.at(now() - timedelta(seconds=55)):
        get(second)  # five seconds after it was handed over
    assert get(link(sent), method="head").status_code == 302
    get(link(sent), sec_purpose="prefetch")
    assert sorted(Event.objects.filter(kind="clicked").values_list("data__machine", flat=True)) == ["agent", "at once"]
    sent.refresh_from_db()
    assert sent.state == State.HANDED
    assert clicks([sent.message_id or 0])[VARAA] == {"people": 0, "machines": 1}


def test_all_links_at_the_same_moment_are_a_machine(sent: Delivery) -> None:
    get(link(sent))
    get(link(sent, "https://pyorapolku.example/talvi"))
    assert list(Event.objects.filter(kind="clicked").order_by("id").values_list("data__machine", flat=True)) == ["", "every link"]


def test_a_token_that_was_changed_leads_nowhere(sent: Delivery) -> None:
    token = link(sent)
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "é", token + token, ""):
        assert get(bad).status_code == 404
    Link.objects.update(url="javascript:alert(1)")
    assert get(token).status_code == 404
    assert not Event.objects.filter(kind="clicked").exists()
