from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanka.customers.batch import Contact, resolve_batch
from lanka.customers.models import Kind
from lanka.timeline.models import Event
from lanka.timeline.record_batch import Happened, record_batch

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HARD = 'tab\t newline\n return\r back\\slash \\N "quoted" {a,b} ł\x00 end'


def test_a_till_reports_a_day():
    keys = [(int(Kind.CARD), "PP-20931")], [(int(Kind.PHONE), "+48601555017")], []
    bases = resolve_batch([Contact(known, NOON, "till", name="Maija Laine") for known in keys])
    events = [
        Happened(base, "purchase", NOON, "till", key=f"till-{n}", text=HARD, data={"what": HARD[:-5]}) for n, base in enumerate(bases)
    ]
    assert record_batch(events) == 3
    stored = list(Event.objects.order_by("id"))
    assert [event.customer_id for event in stored] == bases and stored[0].text == HARD.replace("\x00", "")
    assert stored[0].public_id.version == 7 and stored[0].search and stored[0].at == NOON
    assert stored[0].data["what"].startswith("tab\t newline\n")


def test_told_twice_is_recorded_once():
    base = resolve_batch([Contact([(int(Kind.CARD), "PP-20931")], NOON, "till")])[0]
    first = [Happened(base, "visit", NOON, key=f"v-{n}") for n in range(3)]
    assert record_batch(first) == 3
    again = [*first, Happened(base, "visit", NOON, key="v-9"), Happened(base, "visit", NOON, key="v-9"), Happened(base, "visit", NOON)]
    assert record_batch(again) == 2
    assert record_batch([]) == 0 and Event.objects.count() == 5
