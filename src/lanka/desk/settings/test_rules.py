"""Limits and quiet hours: who may change them does, what is wrong is said, and every change is a row of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lanka.decide.models import Rules
from lanka.people.models import User

FORM: dict[str, Any] = {
    "most": ["2", "1", ""],
    "days": ["7", "30", ""],
    "kind": ["", "letter", ""],
    "country": ["", "se", ""],
    "begins": ["21:00", "20:00", ""],
    "ends": ["08:00", "09:30", ""],
    "holidays": "on",
    "double_days": "14",
    "digest_hour": "10:30",
    "digest_day": "3",
}
HERE = "/desk/settings/rules/"


@pytest.fixture
def katarzyna(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("k@pyorapolku.example", "x", name="Katarzyna", role="communicator"))
    return client


def test_a_communicator_sets_the_rules_and_the_old_ones_are_kept(katarzyna: Client) -> None:
    assert "21:00" in katarzyna.get(HERE).content.decode()
    assert katarzyna.post(HERE, FORM).status_code == 302
    made = Rules.objects.get()
    assert made.caps == [{"days": 7, "most": 2}, {"days": 30, "most": 1, "channel": "letter"}]
    assert made.quiet == {"": ["21:00", "08:00"], "SE": ["20:00", "09:30"]}
    assert (made.double_days, f"{made.digest_hour:%H:%M}", made.digest_day, made.by and made.by.name) == (14, "10:30", 3, "Katarzyna")
    katarzyna.post(HERE, {**FORM, "double_days": "7"})
    assert Rules.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("most", ["0"]),
        ("days", ["x"]),
        ("country", ["FIN"]),
        ("begins", [""]),
        ("double_days", "many"),
        ("digest_hour", ""),
        ("digest_day", "9"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(katarzyna: Client, field: str, value: Any) -> None:
    answer = katarzyna.post(HERE, {**FORM, field: value})
    assert answer.status_code == 422 and "refused" in answer.content.decode() and not Rules.objects.exists()


def test_an_agent_may_not(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("aino@pyorapolku.example", "x", name="Aino", role="agent"))
    assert client.get(HERE).status_code == 403
