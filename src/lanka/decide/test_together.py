"""Campaigns that are judged at the same moment: nobody gets both when there is room for one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.customers.models import Customer, Identifier, Kind, Topic
from lanka.decide.judge import judge
from lanka.decide.models import Message, Outcome, Rules, Verdict
from lanka.decide.reasons import Reason

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EMAIL: dict[str, Any] = {"address": "help@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_security": "none"}
PEOPLE = 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", ["", "service"])
def test_two_campaigns_at_once_send_one_message_to_each(purpose: str) -> None:
    Line.objects.create(kind="email", name="Mail", settings=pack(channel("email").Settings(**EMAIL)))
    Rules.objects.create(at=NOW, caps=[] if purpose else [{"days": 7, "most": 1}])
    people = Customer.objects.bulk_create(Customer(created_at=NOW, name=f"P {n}") for n in range(PEOPLE))
    Identifier.objects.bulk_create(
        Identifier(kind=Kind.EMAIL, value=f"p{one.pk}@x.example", customer=one, first_seen_at=NOW, source="test") for one in people
    )
    care = Topic.objects.create(key="care", basis="interest")
    four = [Message.objects.create(name=f"Campaign {n}", topic=care, purpose=purpose, sends_at=NOW) for n in range(4)]

    def campaign(message: Message) -> int:
        try:
            return judge(message, [one.pk for one in people], at=NOW).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(campaign, four)) == PEOPLE
    sent = Verdict.objects.filter(outcome=Outcome.SEND).values("customer").annotate(n=Count("pk"))
    assert {row["n"] for row in sent} == {1} and len(sent) == PEOPLE
    others = set(Verdict.objects.exclude(outcome=Outcome.SEND).values_list("reason", flat=True))
    assert others <= ({Reason.DOUBLE} if purpose else {Reason.CAP, Reason.OUTRANKED})
