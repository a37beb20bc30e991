"""STOP by SMS over an operator's own protocol: the real processes hear it, heed it and answer once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lanka.channels.sms.fake import Fake as Operator
from lanka.customers.models import Consent, Topic
from lanka.customers.standing import choices
from lanka.customers.starter import starter_topics
from lanka.receive.models import Quarantine
from lanka.timeline.models import Event
from tests.loop.conftest import House, new_line, until

MAIJA, SHOP = "+358405550134", "+358457500100"


@pytest.fixture
def operator() -> Iterator[Operator]:
    fake = Operator().start()
    yield fake
    fake.stop()


def test_stop_by_sms_over_the_wire(house: House, operator: Operator) -> None:
    starter_topics()
    wanted = {"host": "127.0.0.1", "port": operator.smpp_port, "tls": False, "system_id": "lanka", "password": "secret", "price": 7}
    new_line("sms", "Shop SMS", sender=SHOP, **wanted)
    until(lambda: operator.peers, 60, "the listener's session")
    operator.send(MAIJA, SHOP, "Lopeta!")
    until(lambda: operator.phones[MAIJA], 60, "the answer on the phone")
    said = Event.objects.get(kind="message.in")
    assert not choices(said.customer).may(Topic.objects.get(key="care"), "sms")
    assert choices(said.customer).may(Topic.objects.get(key="deliveries"), "sms")
    assert Consent.objects.first() is not None and said.conversation_id
    operator.send(MAIJA, SHOP, "LOPETA")
    until(lambda: Event.objects.filter(kind="message.in").count() == 2, 60, "the second one")
    until(lambda: Event.objects.filter(kind="receipt.delivered").exists(), 60, "the receipt of the answer")
    assert len(operator.phones[MAIJA]) == 1, "answered once"
    assert not Quarantine.objects.exists()
