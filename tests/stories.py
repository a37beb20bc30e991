"""What the cast has been through when a test of the desk begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lanka.commerce.models import Order, Store
from lanka.conversations.models import Conversation, State
from lanka.core.clock import now
from lanka.customers.models import Alias, Customer, Fact, Identifier, Kind, Link, Review
from lanka.deliver.models import Delivery
from lanka.deliver.models import State as Delivered
from lanka.timeline.models import Event

if TYPE_CHECKING:
    from tests.cast import Company


def sent(made: Company, message: Event, state: str, address: str, why: str = "") -> Delivery:
    return Delivery.objects.create(
        event=message,
        customer=message.customer,
        line_id=message.line_id,
        address=address,
        out={},
        state=state,
        why=why,
        not_before=message.at,
        planned_at=message.at,
        changed_at=message.at,
    )


def receipt(message: Event, kind: str, at: datetime) -> Event:
    from tests.cast import event

    return event(message.customer, f"receipt.{kind}", at, channel=message.channel, about_id=message.pk)


def bought(who: Customer, store: Store | None, number: str, name: str, amount: int, status: str, at: datetime, **more: Any) -> Order:  # noqa: PLR0917
    lines = [{"name": name, "quantity": 1, "amount": amount}]
    return Order.objects.create(number=number, customer=who, store=store, at=at, status=status, lines=lines, amount=amount, **more)


def parcel(made: Company, maija: Customer) -> Conversation:
    """Shop, chat, email and a note: Maija waits for her bicycle. She was somebody else in the chat until she proved her address."""
    from tests.cast import conversation, event

    t = now().replace(hour=now().hour, minute=6, second=0, microsecond=0) - timedelta(hours=1)
    before = t - timedelta(days=3)
    kamppi = Store.objects.create(name="Helsinki Kamppi", city="Helsinki", country="FI")
    visitor = Customer.objects.create(name="Maija Laine", language="fi", created_at=before)
    Identifier.objects.create(kind=Kind.VISITOR, value="v-7f3a", customer=visitor, first_seen_at=before, source="chat")
    row = conversation(
        maija,
        "Milloin paketti tulee?",
        at=before,
        assignee=made.aino,
        team=made.helsinki,
        tags=["delivery"],
        fields={"Frame": "Kuura 54 cm"},
    )
    event(maija, "visit", before - timedelta(hours=5), channel="store", data={"store": "Helsinki Kamppi"}, text="tried Kuura 54 cm")
    chatted(made, maija, visitor, row, before)
    link = Link.objects.create(a=maija, b=visitor, rule="proven-address", why={}, at=before + timedelta(minutes=3))
    Alias.objects.create(customer=visitor, root=maija)
    event(maija, "person.merged", link.at, data={"with": visitor.pk, "link": link.pk}, text="the address in the chat was proven")
    mailed(made, maija, row, t)
    owns(maija, kamppi, before, t)
    return row


def chatted(made: Company, maija: Customer, visitor: Customer, row: Conversation, before: datetime) -> None:
    from tests.cast import event

    chat = made.lines["chat"].pk
    event(
        visitor,
        "message.in",
        before,
        channel="chat",
        into=row,
        line_id=chat,
        text="Hei! Milloin tilaamani Kuura saapuu?",
        data={"sender_name": "Maija"},
    )
    event(
        visitor,
        "message.in",
        before + timedelta(seconds=40),
        channel="chat",
        into=row,
        line_id=chat,
        text="Tilaus 48213",
        data={"sender_name": "Maija"},
    )
    out = event(
        maija,
        "message.out",
        before + timedelta(minutes=1),
        channel="chat",
        into=row,
        line_id=chat,
        by=made.aino,
        text="Hei Maija! Paketti lähtee varastolta huomenna. Lähetän seurannan sähköpostiin.",
    )
    sent(made, out, Delivered.READ, "v-7f3a")
    receipt(out, "delivered", out.at + timedelta(seconds=1))
    receipt(out, "read", out.at + timedelta(seconds=9))
    event(visitor, "left", before + timedelta(minutes=2), channel="chat", into=row, text="the answer follows by email")


def mailed(made: Company, maija: Customer, row: Conversation, t: datetime) -> None:
    from tests.cast import event

    email = made.lines["email"].pk
    news = event(
        maija,
        "message.out",
        t - timedelta(hours=5),
        channel="email",
        into=row,
        line_id=email,
        text=TRACKING,
        data={
            "subject": "Kuurasi on noudettavissa",
            "address": "maija.laine@example.fi",
            "automatic": True,
            "sender_name": "Pyörä & Polku",
        },
    )
    sent(made, news, Delivered.DELIVERED, "maija.laine@example.fi")
    receipt(news, "delivered", news.at + timedelta(minutes=1))
    event(
        maija,
        "message.in",
        t,
        channel="email",
        into=row,
        line_id=email,
        text="Kiitos! Ehdin hakea sen huomenna. Voiko sen samalla huoltaa?\n\nMaija",
        data={
            "subject": "Re: Kuurasi on noudettavissa",
            "sender_name": "Maija Laine",
            "address": "maija.laine@example.fi",
            "folded": "> " + TRACKING,
        },
    )
    event(maija, "tagged", t + timedelta(seconds=30), into=row, by=made.aino, data={"added": ["delivery"], "removed": []})
    event(maija, "note", t + timedelta(minutes=1), into=row, by=made.aino, text="@Ville mahtuuko huoltoon huomenna klo 16?")


def owns(maija: Customer, kamppi: Store, before: datetime, t: datetime) -> None:
    bought(
        maija, kamppi, "48213", "Kuura 54 cm", 124900, "ready", before - timedelta(days=6), parcel={"carrier": "Posti", "code": "JJFI6400"}
    )
    bought(maija, kamppi, "31877", "Service", 8900, "done", t - timedelta(days=190))
    bought(maija, None, "12077", "Helmi 7 city bike", 54900, "done", t - timedelta(days=1300))
    Fact.objects.create(
        customer=maija,
        kind="address",
        value={"street": "Lönnrotinkatu 5 B 12", "postcode": "00120", "town": "HELSINKI", "country": "FI"},
        source="shop",
        trust=2,
        at=before,
    )


TRACKING = "Kuurasi on noudettavissa Kampin myymälästä.\nSeuraa pakettia: https://pyorapolku.example/seuranta/JJFI6400"


def creak(made: Company, piotr: Customer) -> Conversation:
    from tests.cast import conversation, customer, event

    t = now() - timedelta(minutes=11)
    row = conversation(piotr, at=t, team=made.krakow, due_at=now() + timedelta(minutes=4), tags=["service"])
    event(
        piotr,
        "message.in",
        t,
        channel="sms",
        into=row,
        line_id=made.lines["sms"].pk,
        text="Dzień dobry, rower stuka przy pedałowaniu. Co robić?",
    )
    other = customer("P. Kowalski", "pl", (Kind.EMAIL, "p.kowalski@poczta.example.pl"))
    reasons = [{"rule": "name-and-phone", "left": ["phone", "+48 601 555 017"], "right": ["phone", "601555017"], "score": 0.9}]
    Review.objects.create(roots=sorted([piotr.pk, other.pk]), rule="name-and-phone", why={"reasons": reasons}, score=0.9, at=t)
    return row


def others(made: Company, people: dict[str, Customer]) -> None:
    from tests.cast import conversation, event

    t, chat, email = now(), made.lines["chat"].pk, made.lines["email"].pk
    anna, eero, helvi = people["anna"], people["eero"], people["helvi"]
    size = conversation(anna, at=t - timedelta(minutes=25))
    event(
        anna,
        "message.in",
        size.created_at,
        channel="chat",
        into=size,
        line_id=chat,
        text="Finns den i storlek 54 i Åbo?",
        data={"sender_name": "Anna"},
    )
    back = conversation(eero, "Callback promised", at=t - timedelta(hours=2), assignee=made.aino, tags=["promise"])
    event(
        eero,
        "message.in",
        back.created_at,
        channel="sms",
        into=back,
        line_id=made.lines["sms"].pk,
        text="Soittakaa minulle kolmelta, kiitos. Asia koskee polkupyöränlukkoa.",
    )
    failed = event(
        eero,
        "message.out",
        t - timedelta(hours=1),
        channel="sms",
        into=back,
        line_id=made.lines["sms"].pk,
        by=made.aino,
        text="Soitamme klo 15.",
    )
    sent(made, failed, Delivered.FAILED, "+358405550188", why="the number is not in use")
    claim = conversation(helvi, "Reklamaatio, lasku 20431", at=t - timedelta(hours=4), assignee=made.aino)
    event(
        helvi,
        "message.in",
        claim.created_at,
        channel="email",
        into=claim,
        line_id=email,
        text="Hyvä Pyörä & Polku, laskussa 20431 on virhe.",
        data={"subject": "Reklamaatio, lasku 20431", "sender_name": "Helvi Rautio", "files": []},
    )
    done = conversation(
        anna, "Tack för hjälpen", at=t - timedelta(days=2), state=State.CLOSED, closed_at=t - timedelta(days=2), assignee=made.ville
    )
    event(anna, "message.in", done.created_at, channel="email", into=done, line_id=email, text="Tack, det fungerar nu!")
