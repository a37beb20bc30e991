"""An old system's orders come in by the thousand: each once, each with the right person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from lanka.channels.base import Known
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.customers.recognise import recognise
from lanka.receive import history
from lanka.receive.history import Line, batches, past_of, take_in
from lanka.timeline.models import Event


def line(n: int, **more: object) -> dict[str, object]:
    who = [{"kind": "email", "value": f"Person{n % 40}@Example.FI"}, {"kind": "card", "value": f"PP {n % 40}"}]
    return {"at": "2025-03-01T12:00:00+02:00", "kind": "purchase", "key": f"o{n}", "who": who, "name": f"Person {n % 40}", **more}


@pytest.mark.django_db(transaction=True)
def test_a_hundred_orders_of_forty_people_one_of_whom_we_know() -> None:
    maija = recognise([Known("email", "person7@example.fi")], at=now(), source="email", name="Maija").customer
    past = [past_of(Line.model_validate(line(n))) for n in range(100)]
    assert sum(take_in(batches(past, 16))) == 100
    assert Customer.objects.count() == 40
    assert Event.objects.filter(customer=maija, kind="purchase").count() == 3
    assert sum(take_in(batches(past, 30))) == 0, "told again, nothing is new"
    assert Event.objects.filter(kind="purchase").count() == 100


@pytest.mark.django_db(transaction=True)
def test_a_file_with_bad_lines_loses_nothing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BATCH", 2)
    good = [json.dumps(line(n)) for n in range(5)]
    bad = [json.dumps(line(8, at="yesterday")), json.dumps(line(9, who=[{"kind": "email", "value": "noreply@example.fi"}])), "{"]
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join([*good[:3], *bad, *good[3:]]) + "\n", encoding="utf-8")
    call_command("history", str(path))
    assert Event.objects.filter(kind="purchase").count() == 5
    refused = [json.loads(one) for one in (tmp_path / "orders.jsonl.refused").read_text(encoding="utf-8").splitlines()]
    assert [one["line"] for one in refused] == [4, 5, 6]
    assert "at" in refused[0]["why"]
    assert refused[1]["why"] == "nothing here tells who it was"
