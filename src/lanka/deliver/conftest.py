"""A line to a real SMTP server, a topic, a version with words, and people about whom the verdict is *send*."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lanka.channels.email.fake import Fake
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.content.models import Brand, Template, Version
from lanka.core.clock import now
from lanka.customers.models import Customer, Topic
from lanka.decide.models import Message, Outcome, Verdict

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORDS = {
    "fi": {
        "subject": "{{ person.first_name }}, pyöräsi kaipaa huoltoa",
        "blocks": [
            {"id": "t", "kind": "text", "text": "Hei {{ person.first_name }}! Puolen vuoden **huolto** pitää vaihteet terävinä."},
            {"id": "b", "kind": "button", "label": "Varaa huolto", "url": "https://pyorapolku.example/varaa"},
        ],
    },
    "en": {"subject": "Service time", "blocks": [{"id": "t", "kind": "text", "text": "Hello {{ person.first_name | default: 'there' }}"}]},
}


@pytest.fixture(autouse=True)
def _journals(home: Path) -> None:
    """Each story has an outbox of its own."""


@pytest.fixture
def smtp() -> Iterator[Fake]:
    with Fake() as fake:
        yield fake


def mail_line(fake: Fake, name: str = "News", **more: Any) -> Line:
    settings = {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_port": fake.port, "smtp_security": "none"}
    return Line.objects.create(kind="email", name=name, settings=pack(channel("email").Settings(**{**settings, **more})))


@pytest.fixture
def line(db: None, smtp: Fake) -> Line:
    return mail_line(smtp)


@pytest.fixture
def message(db: None) -> Message:
    return make_message()


def make_message(basis: str = "consent", **more: Any) -> Message:
    brand = Brand.objects.first() or Brand.objects.create(name="Pyörä & Polku")
    template, _ = Template.objects.get_or_create(key="service", defaults={"name": "Service", "brand": brand})
    version = Version.objects.create(template=template, number=template.versions.count() + 1, texts=WORDS, digest="d", at=now())
    topic, _ = Topic.objects.get_or_create(key=f"service-{basis}", defaults={"basis": basis})
    return Message.objects.create(**{"name": "Service", "topic": topic, "version_id": version.pk, "sends_at": NOW, **more})


@pytest.fixture
def people(message: Message, line: Line) -> Callable[..., list[Customer]]:
    """So many people, or these names, each with a verdict."""

    def make(*names: str, count: int = 0, message: Message = message, line: Line = line, **verdict: Any) -> list[Customer]:
        made = [Customer(created_at=NOW, name=name) for name in [*names, *(f"Person {n}" for n in range(count))]]
        Customer.objects.bulk_create(made)
        for who in made:
            address = verdict.get("address") or f"{who.name.lower().replace(' ', '.')}@example.fi"
            given = {"message": message, "customer": who, "outcome": Outcome.SEND, "reason": 1, "line_id": line.pk, "language": "fi"}
            Verdict.objects.create(**{**given, "send_at": NOW, "decided_at": NOW, **verdict, "address": address})
        return made

    return make
