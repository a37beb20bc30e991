"""A shop that may write: a mail line to a real SMTP server, offers, two approved texts, a segment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lanka.channels.email.fake import Fake
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.content.models import Brand, Template, Version
from lanka.core.clock import now
from lanka.customers.models import Customer, Fact, Identifier, Kind, Topic
from lanka.decide.consent import grant
from lanka.outreach.build import build
from lanka.outreach.campaigns.draft import Plan, make, save
from lanka.outreach.models import Campaign, Segment
from lanka.outreach.save import make as make_segment
from lanka.people.models import Role, User


@pytest.fixture(autouse=True)
def _journals(home: Path) -> None:
    """Each story has an outbox of its own."""


@pytest.fixture
def smtp() -> Iterator[Fake]:
    with Fake() as fake:
        yield fake


@pytest.fixture
def line(transactional_db: None, smtp: Fake) -> Line:
    settings = {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_port": smtp.port, "smtp_security": "none"}
    return Line.objects.create(kind="email", name="News", settings=pack(channel("email").Settings(**settings)))


@pytest.fixture
def ben(line: Line) -> User:
    return User.objects.create_user("ben@pyorapolku.example", "polkupyörä", name="Ben Lindqvist", role=Role.COMMUNICATOR)


@pytest.fixture
def sanna(line: Line) -> User:
    return User.objects.create_user("sanna@pyorapolku.example", "polkupyörä", name="Sanna Mäkelä", role=Role.ADMINISTRATOR)


@pytest.fixture
def offers(line: Line) -> Topic:
    return Topic.objects.create(key="offers-story", basis="consent", quiet=False, channels=["email"], counts=True)


def text(name: str, ben: User, sanna: User | None) -> Template:
    brand, _ = Brand.objects.get_or_create(name="Pyörä & Polku")
    words = {
        "fi": {"subject": f"{name}, {{{{ person.first_name }}}}", "blocks": [{"id": "t", "kind": "text", "text": f"{name} on täällä."}]}
    }
    template = Template.objects.create(key=name.lower().replace(" ", "-"), name=name, brand=brand, draft=words)
    approved = {"approved_at": now(), "approved_by": sanna} if sanna else {}
    Version.objects.create(template=template, number=1, texts=words, digest=name, at=now(), by=ben, **approved)
    return template


@pytest.fixture
def spring(ben: User, sanna: User) -> Template:
    return text("Spring", ben, sanna)


@pytest.fixture
def people(offers: Topic) -> Callable[..., list[Customer]]:
    """So many who speak Finnish, with an address, and have said yes unless told otherwise."""

    def made(count: int, *, yes: bool = True, language: str = "fi") -> list[Customer]:
        found = []
        for n in range(count):
            who = Customer.objects.create(created_at=now(), name=f"Person {n}", language=language, country="FI")
            Fact.objects.create(customer=who, kind="name", value=who.name, source="shop", at=now())
            Fact.objects.create(customer=who, kind="language", value=language, source="shop", at=now())
            mail = f"p{who.pk}@example.fi"
            Identifier.objects.create(kind=Kind.EMAIL, value=mail, customer=who, first_seen_at=now(), source="shop")
            if yes:
                grant(who, offers, by=None, source="form")
            found.append(who)
        return found

    return made


def segment(name: str, rule: dict[str, Any]) -> Segment:
    return build(make_segment(name, rule, by=None))


@pytest.fixture
def campaign(ben: User, offers: Topic, spring: Template) -> Callable[..., Campaign]:
    """A draft about offers, to these segments."""

    def made(*segments: Segment, name: str = "Spring", **plan: Any) -> Campaign:
        whole = {"name": name, "topic": offers, "segments": segments, "variants": [(spring, 100)], **plan}
        return save(make(name, by=ben), Plan(**whole), by=ben)

    return made
