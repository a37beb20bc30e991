"""The timeline is append-only, idempotent, searchable, and a reader misses nothing while two write at once."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from lanka.core import pool
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.timeline.models import Event
from lanka.timeline.read import news_for, whole
from lanka.timeline.record import record
from lanka.timeline.search import search


def maija() -> Customer:
    return Customer.objects.create(created_at=now(), name="Maija Laine")


def heard(reader: str) -> list[Event]:
    with news_for(reader) as news:
        return list(news)


@pytest.mark.django_db
def test_told_twice_is_one_event() -> None:
    customer = maija()
    assert record(customer, "visit", key="till:1") is not None
    assert record(customer, "visit", key="till:1") is None
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_nothing_that_happened_can_be_changed() -> None:
    event = record(maija(), "visit")
    assert event is not None
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(text="never")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        ("fi", "Milloin polkupyörät saapuvat?", "polkupyörä"),
        ("sv", "Finns cyklarna i lager?", "cyklar"),
        ("en", "The brakes are squealing", "brake"),
        ("pl", "Rower stuka przy pedałowaniu", "pedałow"),
        ("fi", "Tilaus PP-48213 on myöhässä", "48213"),
    ],
)
def test_words_are_found_in_four_languages(language: str, said: str, asked: str) -> None:
    record(maija(), "message.in", text=said, data={"language": language})
    record(maija(), "message.in", text="something else altogether", data={"language": "en"})
    assert [event.text for event in search(asked)] == [said]


@pytest.mark.django_db(transaction=True)
def test_a_reader_waits_below_the_slow_writer() -> None:
    """The slow one took its number first and commits last: a cursor that ran ahead would never see it."""
    customer, slow_wrote, fast_wrote = maija(), threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(customer, "note", text="slow")
                slow_wrote.set()
                fast_wrote.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    slow_wrote.wait(10)
    record(customer, "note", text="fast")
    with news_for("test") as news:
        assert [event.text for event in news] == []
    fast_wrote.set()
    writer.join()
    assert sorted(event.text for event in heard("test")) == ["fast", "slow"]
    with news_for("test") as news:
        assert news == []


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_reads_again() -> None:
    record(maija(), "visit")

    def fail() -> None:
        with news_for("clumsy"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert len(heard("clumsy")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_writer_in_another_database_holds_nobody_up() -> None:
    """As a restore next door, or the other half of these tests."""
    record(maija(), "visit")
    with psycopg.connect(pool.address(), dbname="postgres") as other:
        assert other.execute("SELECT pg_current_xact_id()").fetchone()
        assert len(heard("neighbour")) == 1


@given(st.integers(0, 2**45), st.integers(-(2**31), 2**31 - 1))
def test_the_low_bits_of_a_transaction_say_which_it_is(near: int, away: int) -> None:
    assert whole((near + away) % 2**32, near) == near + away
