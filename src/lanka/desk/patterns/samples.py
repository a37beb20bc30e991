"""Made-up nouns, never saved, in each state they can have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from lanka.channels.registry import all_channels
from lanka.commerce.models import Order, Store
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.customers.models import Customer, Review
from lanka.deliver.models import Delivery
from lanka.deliver.models import State as Delivered
from lanka.desk.person.panel import Suggestion
from lanka.desk.request import me
from lanka.desk.thread.knots import SHAPES, Knot
from lanka.desk.thread.words import kinds, words_for
from lanka.people.models import User
from lanka.timeline.models import Event

LONG = "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas Epäjärjestelmällistyttämättömyydellänsäkäänköhän"
MAIJA = Customer(pk=1, name="Maija Laine", language="fi", created_at=now())


def channel(number: int) -> str:
    found = sorted(all_channels())
    return found[number % len(found)] if found else ""


def row(number: int, **fields: Any) -> Conversation:
    base: dict[str, Any] = {
        "pk": 9000 + number,
        "customer": MAIJA,
        "channel": channel(number),
        "channels": [channel(number)],
        "preview": "Kiitos! Ehdin hakea sen huomenna.",
        "last_at": now() - timedelta(minutes=7 * number),
        "created_at": now(),
        "state": State.OPEN,
    }
    return Conversation(**{**base, **fields})


def rows(user: User) -> list[tuple[str, str, Conversation]]:
    """What it shows, the class that the island gives it, the row."""
    soon, every = now() + timedelta(minutes=4), sorted(all_channels())
    return [
        ("plain", "", row(1)),
        ("unread", "unread", row(2)),
        ("open now", "on", row(3, assignee=user)),
        ("ticked", "picked", row(4)),
        ("due soon", "unread", row(5, due_at=soon)),
        ("answered", "", row(6, preview_out=True, state=State.WAITING, subject="Where is my parcel?")),
        ("snoozed", "", row(7, state=State.SNOOZED, snoozed_until=now() + timedelta(days=2))),
        ("all channels, tags", "", row(8, channels=every, tags=["delivery", "service", "promise"], assignee=user)),
        ("long words", "unread", row(9, customer=Customer(name=LONG), preview=LONG, subject=LONG, tags=[LONG[:40]])),
        ("nobody known", "", row(10, customer=Customer(name=""), preview="")),
    ]


def knot(number: int, kind: str, text: str = "", state: str = "", joined: bool = False, **fields: Any) -> Knot:
    event = Event(pk=9000 + number, kind=kind, at=now(), channel=fields.pop("channel", channel(number)), text=text, **fields)
    made = Knot(event, SHAPES.get(kind, "fact"), joined=joined)
    made.delivery = Delivery(state=state, why="the number is not in use" if state in ("failed", "suppressed") else "") if state else None
    made.words = words_for(event) if made.shape == "fact" else None
    return made


def knots(user: User) -> list[Knot]:
    said = {"sender_name": "Maija Laine"}
    files = [{"name": "kuva.jpg", "content_type": "application/pdf", "size": 81234, "sha256": ""}]
    talk = [
        knot(1, "message.in", "Hei! Milloin tilaamani Kuura saapuu? https://pyorapolku.example", data=said),
        knot(5, "message.in", "Tilaus 48213", joined=True, channel=channel(1), data=said),
        knot(2, "message.in", LONG, data={**said, "subject": "Re: " + LONG, "folded": "> Hei!", "automatic": True, "files": files}),
        knot(3, "note", "@Ville mahtuuko huoltoon?", actor=user, channel=""),
        *(knot(10 + n, "message.out", "Hei Maija!", state, actor=user) for n, state in enumerate(Delivered.values)),
    ]
    facts = [
        knot(40 + n, kind, data={"to": "Ville", "number": "48213", "status": "sent", "added": ["delivery"]})
        for n, kind in enumerate(kinds())
    ]
    return [*talk, *facts]


def orders() -> list[Order]:
    lines = [{"name": "Kuura 54 cm", "quantity": 1, "amount": 124900}]
    store = Store(name="Helsinki Kamppi", city="Helsinki")
    return [
        Order(number=f"4821{n}", status=s, lines=lines, amount=124900, store=store)
        for n, s in enumerate(("placed", "paid", "sent", "ready", "done"))
    ]


def samples(request: HttpRequest) -> dict[str, Any]:
    user = me(request)
    return {
        "kinds": sorted(all_channels()),
        "rows": rows(user),
        "knots": knots(user),
        "orders": orders(),
        "suggestion": Suggestion(Review(pk=1), MAIJA, ["both wrote +358 40 555 0134 as theirs"]),
        "icons": ["inbox", "users-round", "check", "alarm-clock", "merge", "split", "tag"],
        "pairs": [
            ("ink", "paper"),
            ("soft", "paper"),
            ("mute", "paper"),
            ("thread-ink", "thread-soft"),
            ("note-ink", "note"),
            ("on-solid", "solid"),
        ],
    }
