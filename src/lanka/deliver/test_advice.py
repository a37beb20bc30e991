"""What receivers tell us: 'this is spam' from one person, and once a day how our domain stands with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from lanka.channels import email
from lanka.channels.base import Receipt
from lanka.channels.captured import all_captured
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Topic
from lanka.decide.models import Message, Suppression
from lanka.deliver.advice import standings, take_advice
from lanka.deliver.fallback import fall_back_due
from lanka.deliver.models import Advice, Delivery, State
from lanka.deliver.promise import promise_due
from lanka.deliver.receipts import take_receipt
from lanka.timeline.models import Event


def test_a_complaint_is_a_no_to_the_topic_and_closes_the_address(
    line: Line, people: Callable[..., list[Customer]], message: Message
) -> None:
    (maija,) = people("Maija Laine", ladder=["sms"])
    Consent.objects.create(customer=maija, topic=message.topic, granted=True, source="test", at=now() - timedelta(days=9))
    promise_due()
    row = Delivery.objects.get()
    Delivery.objects.update(state=State.HANDED)
    take_receipt(line, Receipt(key="fbl", at=now(), ref=str(row.public_id), state="complained", why="complaint", permanent=True))
    row.refresh_from_db()
    assert row.state == State.READ
    assert Event.objects.filter(customer=maija, kind="receipt.complained").exists()
    assert Suppression.objects.get().value == "maija.laine@example.fi"
    last = Consent.objects.filter(customer=maija, topic=Topic.objects.get()).order_by("-id").first()
    assert last is not None and (last.granted, last.proof["method"]) == (False, "complaint")
    assert fall_back_due() == 0, "nobody who complained gets a text message instead"


def test_a_dmarc_report_is_kept_once_and_summed(line: Line) -> None:
    talker = channel("email")
    (captured,) = [one for one in all_captured(talker, Path(email.__file__).parent) if one.name == "dmarc"]
    (told,) = talker.receive(captured.line, captured.raw)
    assert take_advice(line, told) == 2  # type: ignore[arg-type]
    assert take_advice(line, told) == 0  # type: ignore[arg-type]
    Advice.objects.update(ends_at=now())
    (standing,) = standings()
    assert (standing.domain, standing.seen, standing.passed, standing.turned_away) == ("pyorapolku.example", 1852, 1840, 12)
    assert standing.strange == (("198.51.100.9", 12),)
