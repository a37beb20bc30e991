"""The HTTP gateway: signed webhooks in, idempotent posts out."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.base import (
    Forged,
    Inbound,
    LineView,
    Misconfigured,
    NotUnderstood,
    Raw,
    Receipt,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)
from lanka.channels.sms import Sms, fake, gateway
from lanka.channels.sms.conftest import http, message, smpp
from lanka.channels.sms.settings import Settings

sms = Sms()
LINE = LineView(
    2,
    "t",
    "SMS",
    "sms",
    Settings(gateway="http", sender="+358457500100", url="https://sms.example.fi", token="t", webhook_secret="hush"),
)
BODY = json.dumps({"messages": [{"id": "m1", "from": "+358405550134", "to": "+358457500100", "text": "Hei"}]}).encode()


def signed(body=BODY, secret="hush", at=None):
    now = str(int(at or time.time()))
    return Raw(body, {"x-timestamp": now, "x-signature": gateway.signature(secret, now, body)})


def test_a_signed_webhook_is_let_in():
    sms.verify(LINE, signed())
    assert sms.answer(LINE, signed())[0] == 200


@pytest.mark.parametrize(
    "raw",
    [
        Raw(BODY),
        signed(secret="guess"),
        signed(at=time.time() - 400),
        signed(at=time.time() + 400),
        Raw(BODY + b" ", signed().headers),
        Raw(BODY, signed().headers | {"x-timestamp": str(int(time.time()) - 10)}),
        Raw(BODY, {"x-timestamp": "now", "x-signature": "é"}),
        Raw(BODY, {"x-timestamp": "٣", "x-signature": ""}),
    ],
)
def test_a_forged_one_is_not(raw):
    with pytest.raises(Forged):
        sms.verify(LINE, raw)


def test_an_smpp_line_has_no_webhook(operator):
    with pytest.raises(Forged):
        sms.verify(smpp(operator), signed(secret=""))


def test_many_in_one():
    said = json.loads(BODY)
    said["messages"].append({"id": "m2", "from": "0405550134", "text": "Lopeta", "at": "2020-01-02T03:04:05+02:00"})
    said["receipts"] = [{"message": "77", "state": "delivered"}, {"message": "78", "state": "failed", "error": "absent", "permanent": True}]
    one, two, ok, lost = sms.receive(LINE, Raw(json.dumps(said).encode()))
    assert isinstance(one, Inbound)
    assert (two.sender.value, two.data, two.at.isoformat()) == ("+358405550134", {"stop": True}, "2020-01-02T01:04:05+00:00")
    assert isinstance(ok, Receipt)
    assert (lost.ref, lost.state, lost.why, lost.permanent) == ("78", "failed", "absent", True)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday", 7, None, "2026-01-02T10:00:00"])
def test_a_time_that_is_none(at):
    said = json.loads(BODY)
    said["messages"][0]["at"] = at
    (item,) = sms.receive(LINE, Raw(json.dumps(said).encode(), received_at=datetime(2026, 1, 2, tzinfo=UTC)))
    assert item.at <= datetime(2026, 1, 2, tzinfo=UTC)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.fixed_dictionaries({"messages": json_values, "receipts": json_values}) | json_values)
def test_anything_else_is_not_understood_and_nothing_worse(said):
    try:
        list(sms.receive(LINE, Raw(json.dumps(said).encode())))
    except NotUnderstood:
        pass


def test_sent_once_however_often_it_is_tried(operator):
    line = http(operator)
    first = sms.send(line, message("Hei! " * 40))
    assert sms.send(line, message("Hei! " * 40)).ref == first.ref
    assert [m.text for m in operator.phones["+358405550134"]] == ["Hei! " * 40]
    assert (first.parts, first.cost) == (2, 12)
    assert sms.can(line).repeat_safe


@pytest.mark.parametrize(
    ("end", "error"),
    [(fake.TOO_FAST, Throttled), (fake.UNKNOWN, Unreachable), (fake.REFUSED, Refused), (fake.BREAKS, Uncertain)],
)
def test_each_mishap_has_its_name(operator, end, error):
    with pytest.raises(error) as caught:
        sms.send(http(operator), message(to="+3584055501" + end))
    assert caught.value.words


def test_settings_that_are_wrong(operator, monkeypatch):
    with pytest.raises(Misconfigured):
        sms.send(http(operator, token="old"), message())
    with pytest.raises(Misconfigured):
        sms.send(http(operator, url="ftp://sms.example.fi"), message())
    with pytest.raises(Unavailable):
        sms.send(http(operator, url="http://127.0.0.1:1/"), message())
    monkeypatch.setattr("lanka.core.addresses.private_allowed", lambda: False)
    with pytest.raises(Misconfigured, match="private"):
        sms.send(http(operator), message())


def test_the_line_tests_itself(operator):
    assert [step.ok for step in sms.check(http(operator))] == [True] * 4
    wrong = list(sms.check(http(operator, token="old")))
    assert [step.ok for step in wrong] == [True, True, False, True]
    assert [step.ok for step in sms.check(http(operator, url="http://127.0.0.1:1/"))] == [True, False]


def test_the_form_asks_for_what_the_choice_needs():
    with pytest.raises(ValueError, match="token, webhook_secret"):
        Settings(gateway="http", sender="Lanka", url="https://sms.example.fi")
    with pytest.raises(ValueError, match="host, system_id"):
        Settings(sender="Lanka")


def test_a_webhook_reaches_the_front_door(operator):
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    heard = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(Raw(body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    door = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    operator.webhook = f"http://127.0.0.1:{door.server_port}/in/t/"
    line = http(operator)
    operator.send("+358405550134", "+358457500100", "Hei")
    sent = sms.send(line, message())
    deadline = time.monotonic() + 5
    while len(heard) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    door.shutdown()
    for raw in heard:
        sms.verify(line, raw)
    hello, receipt = (next(iter(sms.receive(line, raw))) for raw in heard)
    assert hello.text == "Hei"
    assert (receipt.ref, receipt.state) == (sent.ref, "delivered")
