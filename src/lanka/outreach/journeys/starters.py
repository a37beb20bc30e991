"""Journeys to begin from: the ones that most companies want, as ready drawings in the language of whoever begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Drawing = dict[str, Any]
WORKDAYS = [0, 1, 2, 3, 4]


def days(count: int, unit: str = "days") -> Drawing:
    return {"count": count, "unit": unit}


def send(id: str, topic: str = "", name: str = "") -> Drawing:
    return {"id": id, "kind": "send", "topic": topic, "name": name}


def blank() -> Drawing:
    return {"steps": []}


def service() -> Drawing:
    """Half a year after they bought; who comes earlier has reached the goal; who is silent on it is called."""
    return {
        "trigger": {"kind": "event", "event": "purchase"},
        "again": "each",
        "steps": [
            {"id": "half-year", "kind": "wait", "span": days(6, "months"), "hour": "10:00", "weekdays": WORKDAYS},
            send("remind", "care", _("Service reminder")),
            {
                "id": "answer",
                "kind": "wait_for",
                "event": "message.in",
                "timeout": days(2, "weeks"),
                "came": [{"id": "thanks", "kind": "end"}],
                "timed_out": [send("again", "care", _("A second reminder"))],
            },
        ],
    }


def welcome() -> Drawing:
    return {
        "trigger": {"kind": "event", "event": "order.placed"},
        "steps": [
            {"id": "a-day", "kind": "wait", "span": days(1), "hour": "10:00"},
            send("welcome", "", _("Welcome")),
            {"id": "a-week", "kind": "wait", "span": days(1, "weeks"), "hour": "17:00"},
            {
                "id": "opened",
                "kind": "split",
                "by": "outcome",
                "of": "welcome",
                "branches": [{"id": "yes", "outcome": "opened", "steps": [send("tips", "", _("Tips for the first weeks"))]}],
                "otherwise": [],
            },
        ],
    }


def win_back() -> Drawing:
    return {
        "trigger": {"kind": "segment_entered"},
        "again": "after",
        "again_after": days(1, "years"),
        "goal_event": "purchase",
        "steps": [
            send("miss-you", "", _("We miss you")),
            {"id": "month", "kind": "wait", "span": days(1, "months"), "hour": "17:00"},
            {
                "id": "lot",
                "kind": "split",
                "by": "random",
                "branches": [
                    {"id": "offer", "name": _("With an offer"), "share": 1, "steps": [send("with-offer", "", _("An offer"))]},
                    {"id": "news", "name": _("With news"), "share": 1, "steps": [send("with-news", "", _("What is new"))]},
                ],
            },
        ],
    }


def feedback() -> Drawing:
    note = _("Answered our question after buying. Please read it and thank them.")
    return {
        "trigger": {"kind": "event", "event": "purchase"},
        "again": "after",
        "again_after": days(3, "months"),
        "steps": [
            {"id": "ten-days", "kind": "wait", "span": days(10), "hour": "18:00"},
            send("how-is-it", "", _("How is it?")),
            {
                "id": "answer",
                "kind": "wait_for",
                "event": "message.in",
                "timeout": days(1, "weeks"),
                "came": [{"id": "team", "kind": "conversation", "note": note}],
                "timed_out": [],
            },
        ],
    }


def birthday() -> Drawing:
    return {
        "trigger": {"kind": "date", "fact": "birth_date"},
        "again": "each",
        "steps": [{"id": "morning", "kind": "wait", "hour": "09:00"}, send("greeting", "", _("Happy birthday"))],
    }


@dataclass(frozen=True, slots=True)
class Starter:
    key: str
    name: Promise
    about: Promise
    icon: str
    drawing: Callable[[], Drawing]


STARTERS = [
    Starter(
        "service",
        gettext_lazy("Service reminder"),
        gettext_lazy("Half a year after they bought, at ten on a weekday where they live; again when nobody answers."),
        "wrench",
        service,
    ),
    Starter(
        "welcome", gettext_lazy("Welcome"), gettext_lazy("After the first order; tips for those who open the letter."), "hand", welcome
    ),
    Starter(
        "win-back",
        gettext_lazy("Win back"),
        gettext_lazy("For who has not been seen for long; an offer or news, by lot."),
        "undo-2",
        win_back,
    ),
    Starter(
        "feedback",
        gettext_lazy("Feedback after buying"),
        gettext_lazy("Ten days after the purchase; an answer becomes a conversation for the team."),
        "star",
        feedback,
    ),
    Starter("birthday", gettext_lazy("Birthday"), gettext_lazy("Every year, in the morning where they live."), "cake", birthday),
    Starter("blank", gettext_lazy("Empty"), gettext_lazy("An empty line to draw on."), "pencil-line", blank),
]
