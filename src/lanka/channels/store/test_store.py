"""The counter: a till on the real edge, keys and codes that do not fit, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from psycopg import OperationalError
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from lanka.channels.base import Happening, Known, LineView, NotUnderstood, Raw
from lanka.channels.store import Store, qr
from lanka.channels.store.fake import Till
from lanka.channels.store.settings import Settings

STORE = Store()
KEY = "a-key-that-only-tills-know"
LINE = LineView(
    7, "tok", "Counters", "store", Settings(api_key=SecretStr(KEY), qr_secret=SecretStr("q"), store="Turku"), public_url="https://x"
)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Edge:
    """What the edge does for a channel that serves: line and inbox in the scope."""

    def __init__(self, line: LineView = LINE) -> None:
        self.app, self.line, self.kept, self.down = STORE.serve(), line, dict[str, Raw](), 0

    async def put(self, line: LineView, raw: Raw) -> bool:
        if self.down > 0:
            self.down -= 1
            raise OperationalError("the database is away")
        new = raw.key not in self.kept
        self.kept.setdefault(raw.key, raw)
        return new

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        inner = {**scope, "lanka.line": self.line, "lanka.inbox": self, "root_path": "/c/tok"} if scope["type"] == "http" else scope
        await self.app(inner, receive, send)

    @property
    def told(self) -> list[Happening]:
        return [item for raw in self.kept.values() for item in STORE.receive(self.line, raw) if isinstance(item, Happening)]


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.fixture
def http(edge: Edge) -> Iterator[httpx.Client]:
    with TestClient(edge, base_url="http://lanka.test") as client:
        yield client


def till(http: httpx.Client, key: str = KEY, **more: Any) -> Till:
    return Till("http://lanka.test", "tok", key, client=http, **more)


def test_maija_walks_in_tries_a_bicycle_buys_it_and_fetches_it(edge: Edge, http: httpx.Client) -> None:
    counter = till(http)
    counter.visit(card="PP-20931", text="Tried Kuura 54")
    counter.purchase([{"sku": "kuura", "name": "Kuura", "quantity": 1, "amount": 124_900}], card="PP-20931", order="48213")
    counter.pickup("48213", qr=STORE.qr_token(LINE, Known("card", "PP-20931")))
    counter.note("Saddle raised", card="PP-20931", clerk="Ville")
    assert [one.kind for one in edge.told] == ["visit", "purchase", "pickup", "note"]
    assert {one.who for one in edge.told} == {Known("card", "PP-20931")}
    assert edge.told[1].data == {
        "store": "Helsinki Kamppi",
        "register": "1",
        "order": "48213",
        "lines": [{"sku": "kuura", "name": "Kuura", "quantity": 1.0, "amount": 124_900}],
        "amount": 124_900,
        "currency": "EUR",
    }
    assert not [raw for raw in edge.kept.values() if KEY in str(raw)], "the key that opens the door is not stored"


def test_the_same_key_twice_is_one_happening(edge: Edge, http: httpx.Client) -> None:
    body = {"who": {"card": "PP-1"}}
    first, second = till(http).post("visit", body, key="k1"), till(http).post("visit", body, key="k1")
    assert (first["new"], second["new"], len(edge.told)) == (True, False, 1)


def test_a_till_is_patient_with_a_database_that_is_away(edge: Edge, http: httpx.Client) -> None:
    edge.down = 2
    assert till(http).visit(card="PP-1")["new"]
    assert len(edge.told) == 1


def test_a_batch_of_n_yields_n_and_twice_still_n(edge: Edge, http: httpx.Client) -> None:
    many = [{"kind": "visit", "key": f"v{i}", "who": {"card": f"PP-{i}"}} for i in range(40)]
    assert till(http).batch(many)["accepted"] == 40
    till(http).batch(many)
    assert len({one.key for one in edge.told}) == 40


@pytest.mark.parametrize("key", ["", "wrong", KEY + "x", "é"])
def test_a_wrong_key_is_turned_away_and_nothing_is_stored(edge: Edge, http: httpx.Client, key: str) -> None:
    for headers in ({"authorization": f"Bearer {key}".encode()}, {"authorization": KEY}, {"authorization": f"Basic {KEY}"}, {}):
        answer = http.post("/c/tok/visit", json={"who": {"card": "1"}}, headers={**headers, "idempotency-key": "k"})
        assert answer.status_code == 401
    assert http.get("/c/tok/").status_code == 401
    assert not edge.kept


def test_a_line_without_a_key_is_closed(http: httpx.Client, edge: Edge) -> None:
    edge.line = replace(LINE, settings=Settings(api_key=SecretStr("")))
    assert (
        http.post("/c/tok/visit", json={"who": {"card": "1"}}, headers={"authorization": "Bearer ", "idempotency-key": "k"}).status_code
        == 401
    )
    assert not next(iter(STORE.check(edge.line))).ok


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("visit", {"who": {}}, "say who"),
        ("visit", {}, "required"),
        ("visit", {"who": {"card": "x"}, "at": "2026-01-01T10:00:00"}, "timezone"),
        ("note", {"who": {"card": "x"}}, "required"),
        ("purchase", {"who": {"card": "x"}, "amount": 12.5}, "integer"),
        ("purchase", {"who": {"card": "x"}, "currency": "euro"}, "pattern"),
        ("visit", {"who": {"qr": "LK1.x.y"}}, "not signed"),
        ("batch", {"happenings": []}, "at least 1"),
        ("batch", {"happenings": [{"kind": "theft", "who": {"card": "x"}}]}, "'visit'"),
        ("visit", [1], "object"),
    ],
)
def test_the_till_hears_what_is_wrong(edge: Edge, http: httpx.Client, kind: str, body: Any, words: str) -> None:
    with pytest.raises(httpx.HTTPStatusError) as caught:
        till(http).post(kind, body)
    assert caught.value.response.status_code == 422
    assert words in caught.value.response.text
    assert not edge.kept


def test_no_key_too_much_and_no_json(http: httpx.Client) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    assert http.post("/c/tok/visit", json={}, headers=headers).status_code == 400
    assert http.post("/c/tok/visit", json={}, headers={**headers, "idempotency-key": "k" * 121}).status_code == 400
    assert http.post("/c/tok/visit", content=b"x" * 600_000, headers={**headers, "idempotency-key": "k"}).status_code == 413
    assert http.post("/c/tok/visit", content=b"\xff{", headers={**headers, "idempotency-key": "k"}).status_code == 422
    assert http.post("/c/tok/theft", json={}, headers=headers).status_code == 404
    assert http.get("/c/tok/visit").status_code == 405
    assert http.get("/c/tok/", headers=headers).json()["line"] == "Counters"


def test_told_is_not_proven_unless_somebody_looked(edge: Edge, http: httpx.Client) -> None:
    till(http).visit(phone="+358405550134")
    till(http).post("visit", {"who": {"phone": "+358405550134", "email": "maija.laine@example.fi"}, "checked": True})
    edge.line = replace(LINE, settings=LINE.settings.model_copy(update={"trust_told": True}))
    told = edge.told
    assert [one.who.proven for one in told] == [True, True]
    edge.line = LINE
    assert [one.who.proven for one in edge.told] == [False, True]
    assert edge.told[1].also == (Known("email", "maija.laine@example.fi"),)


def test_a_code_is_ours_fresh_and_of_one_line() -> None:
    made = qr.token("s", Known("card", "PP|20931"), at=AT)
    assert qr.read("s", made, at=AT + timedelta(days=9999)) == Known("card", "PP|20931")
    assert qr.read("s", made, at=AT + timedelta(minutes=9), minutes=10)
    for secret, text, at, minutes in (
        ("other", made, AT, 0),
        ("", made, AT, 0),
        ("s", made[:-1] + ("A" if made[-1] != "A" else "B"), AT, 0),
        ("s", made + ".x", AT, 0),
        ("s", "x" * 10_000, AT, 0),
        ("s", "LK1.é.é", AT, 0),
        ("s", made, AT + timedelta(minutes=11), 10),
    ):
        with pytest.raises(qr.NotOurs):
            qr.read(secret, text, at=at, minutes=minutes)
    assert qr.svg(made).startswith("<svg")


def test_a_counter_page_stores_the_same_thing_as_a_till(edge: Edge, http: httpx.Client) -> None:
    till(http, store="Turku").post("visit", {"who": {"card": "PP-1"}, "store": "Turku", "text": "Hei"}, key="k")
    raw = STORE.raw_for("visit", who={"card": "PP-1"}, key="k", store="Turku", text="Hei")
    ours, theirs = next(iter(STORE.receive(LINE, raw))), edge.told[0]
    assert isinstance(ours, Happening)
    assert replace(ours, at=theirs.at) == theirs
    with pytest.raises(ValidationError):
        STORE.raw_for("visit", who={}, key="k")
    with pytest.raises(ValueError, match="none of"):
        STORE.raw_for("theft", who={"card": "1"}, key="k")


@pytest.mark.parametrize(
    "raw", [Raw(b"{}"), Raw(b"{}", {"idempotency-key": "k"}, path="x"), Raw(b"", {"idempotency-key": "k"}, path="visit")]
)
def test_what_no_till_says_is_quarantined(raw: Raw) -> None:
    with pytest.raises(NotUnderstood):
        list(STORE.receive(LINE, raw))


def test_two_tills_at_once_with_the_same_key(edge: Edge, http: httpx.Client) -> None:
    threads = [threading.Thread(target=lambda: till(http).post("visit", {"who": {"card": "1"}}, key="same")) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(edge.told) == 1


def test_test_this_line() -> None:
    assert all(step.ok for step in STORE.check(LINE))
