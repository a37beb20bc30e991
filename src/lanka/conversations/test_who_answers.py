"""The visitor sees who has taken their question, and that it was given back."""

from __future__ import annotations

import json

import psycopg
import pytest
from tests.cast import Cast, cast

from lanka.channels.models import Transcript
from lanka.conversations.assign import assign
from lanka.conversations.models import Conversation
from lanka.core import pool
from lanka.core.live import CHANNEL
from lanka.timeline.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
VISITOR = "v-7f3a"


@pytest.fixture
def house(transactional_db: None) -> Cast:
    return cast()


def heard(ear: psycopg.Connection, topic: str) -> list[dict[str, object]]:
    told = [json.loads(one.payload) for one in ear.notifies(timeout=0.5)]
    return [data for name, data in told if name == topic]


def test_taken_and_given_back(house: Cast) -> None:
    line, row = house.lines["chat"], house.creak
    with psycopg.connect(pool.address(), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        from_the_chat(house, row)
        assign(row, by=house.aino, to=house.aino)
        topic = f"address:{line.pk}:{VISITOR}"
        assert heard(ear, topic) == [{"type": "agent", "name": "Aino Virtanen", "on": True}]
        assign(row, by=house.aino)
        assert heard(ear, topic) == [{"type": "agent", "name": "", "on": False}]


def from_the_chat(house: Cast, row: Conversation) -> None:
    Transcript.objects.create(line=house.lines["chat"], address=VISITOR, outgoing=False, key="1", body={"type": "message"})
    said = {"line_id": house.lines["chat"].pk, "channel": "chat", "text": "Hei", "data": {"address": VISITOR}}
    Event.objects.create(customer=row.customer, conversation_id=row.pk, kind="message.in", at=row.created_at, **said)


def test_no_wire_is_told_where_somebody_else_is_the_provider(house: Cast) -> None:
    with psycopg.connect(pool.address(), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        assign(house.creak, by=house.aino, to=house.ville)
        told = [json.loads(one.payload)[0] for one in ear.notifies(timeout=0.5)]
    assert not [name for name in told if name.startswith("address:")]
