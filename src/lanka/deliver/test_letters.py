"""Letters leave together: gathered for the cut-off, one PDF and its manifest, each piece known by its number, a range printed again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from lanka.channels.base import Receipt
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import clock, files
from lanka.customers.models import Customer
from lanka.decide.models import Message
from lanka.deliver.batch import gather_due, reconciled, reprint
from lanka.deliver.models import Attempt, Batch, Delivery, Piece, State
from lanka.deliver.promise import promise_due
from lanka.deliver.receipts import take_receipt
from lanka.deliver.recover import end_leases
from lanka.deliver.send import deliver_next
from lanka.people.models import User
from lanka.timeline.models import Event

BEFORE, AFTER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), datetime(2026, 11, 20, 13, 30, tzinfo=UTC)  # 15:00 in Helsinki lies between
People = Callable[..., list[Customer]]


@pytest.fixture
def paper(db: None) -> Line:
    settings = channel("letter").Settings(cut_off="15", return_address="Pyörä & Polku Oy\nAnnankatu 31\n00100 Helsinki", price=180)
    assert settings.cut_off == "15:00"
    return Line.objects.create(kind="letter", name="Post", settings=pack(settings))


@pytest.fixture
def friday() -> Iterator[None]:
    with clock.at(BEFORE):
        yield


def drop(home: Path, suffix: str) -> list[Path]:
    return sorted((home / "letters").glob(f"*.{suffix}"))


def written(people: People, paper: Line, *towns: str) -> None:
    for name, town in zip(("Maija Laine", "Eero Niemi", "Åsa Berg"), towns, strict=False):
        people(name, line=paper, address=f"{name}\nKatu 1\n{town}", send_at=BEFORE)
    with clock.at(BEFORE):
        while promise_due():
            pass


def test_they_wait_for_the_cut_off_and_leave_together(home: Path, people: People, paper: Line) -> None:
    written(people, paper, "00100 HELSINKI", "33100 TAMPERE", "20100 TURKU")
    with clock.at(BEFORE):
        assert (deliver_next(), gather_due()) == (0, 0)
    with clock.at(AFTER):
        assert deliver_next() == 0, "not one by one either"
        assert gather_due() == 3
        assert gather_due() == 0
    (manifest,), (pdf,) = drop(home, "json"), drop(home, "pdf")
    told = json.loads(manifest.read_text())
    assert [one["postcode"] for one in told["letters"]] == ["00100", "20100", "33100"], "sorted for the post"
    assert (told["pieces"], told["letters"][1]["first_page"]) == (3, 3), "each begins on a sheet of its own"
    with pikepdf.open(pdf) as whole:
        assert len(whole.pages) == told["pages"] == 6
    assert drop(home, "csv")[0].read_text().count("\n") == 4
    for row in Delivery.objects.all():
        assert (row.state, row.cost) == (State.HANDED, 180)
        assert Event.objects.get(about_id=row.event_id).kind == "receipt.sent"
        assert row.ref in {one["piece"] for one in told["letters"]}


def test_what_comes_after_the_cut_off_waits_for_the_next(home: Path, people: People, paper: Line) -> None:
    written(people, paper, "00100 HELSINKI")
    with clock.at(AFTER):
        gather_due()
        people("Late Comer", line=paper, address="Late Comer\nKatu 2\n00100 HELSINKI", send_at=AFTER)
        promise_due()
        assert gather_due() == 0
    with clock.at(datetime(2026, 11, 23, 13, 30, tzinfo=UTC)):  # Monday
        assert gather_due() == 1
    assert Batch.objects.count() == 2


def test_a_letter_that_cannot_be_printed_stays_behind_with_the_reason(home: Path, people: People, paper: Line) -> None:
    people("No Street", line=paper, address="No Street", send_at=BEFORE)
    written(people, paper, "00100 HELSINKI")
    with clock.at(AFTER):
        assert gather_due() == 2
    bad = Delivery.objects.get(state=State.FAILED)
    assert "lacks" in bad.why
    assert Piece.objects.count() == 1


def test_after_a_crash_the_same_files_go_out_once(home: Path, people: People, paper: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    written(people, paper, "00100 HELSINKI", "33100 TAMPERE")
    with monkeypatch.context() as patch, clock.at(AFTER):
        patch.setattr("lanka.deliver.batch.hand_over", lambda batch: 0)  # killed before it left
        gather_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.CLAIMED}
    Attempt.objects.update(worker="another/1/1/1")
    with clock.at(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)):
        assert end_leases() == 0, "they lie in a batch: nothing about them is uncertain"
        gather_due()
        gather_due()
    assert len(drop(home, "pdf")) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.HANDED}


def test_each_piece_is_reconciled_and_a_range_is_printed_again(home: Path, people: People, paper: Line) -> None:
    written(people, paper, "00100 HELSINKI", "33100 TAMPERE", "20100 TURKU")
    with clock.at(AFTER):
        gather_due()
    batch = Batch.objects.get()
    first, second, third = batch.letters.order_by("place").values_list("number", flat=True)
    for number, state in ((first, "printed"), (second, "printed"), (second, "posted")):
        ref = Delivery.objects.get(ref=number).public_id
        take_receipt(paper, Receipt(key=f"{number}:{state}", at=AFTER, ref=str(ref), state=state))  # type: ignore[arg-type]
    assert reconciled(batch) == {"printed": [first], "posted": [second], "handed": [third]}
    ville = User.objects.create_user("ville@pyorapolku.example", "x", name="Ville Korhonen")
    again = reprint(batch, range(2, 4), by=ville)
    with clock.at(AFTER):
        gather_due()
    told = json.loads((home / "letters" / f"{again.name}.json").read_text())
    assert [one["piece"] for one in told["letters"]] == [second, third]
    assert (told["reprint_of"], told["letters"][1]["first_page"]) == (batch.name, 3)
    with pikepdf.open(io.BytesIO(files.read(again.pdf))) as pages:
        assert len(pages.pages) == 4
    assert Delivery.objects.filter(state=State.HANDED).count() == 3


def test_an_enclosure_is_printed_behind_the_letter(home: Path, friday: None, paper: Line, message: Message) -> None:
    blank = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(blank)
    from lanka.channels.base import File, Outbound, Sender
    from lanka.channels.registry import view

    out = Outbound("01977f5e-0000-7000-8000-000000000001", "Maija Laine\nKatu 1\n00100 HELSINKI", "Hei!", Sender("Pyörä & Polku"))
    piece, sent = channel("letter").made(view(paper), out)  # type: ignore[attr-defined]
    assert (piece.pages, sent.parts) == (1, 1)
    import dataclasses

    thick = dataclasses.replace(
        out, files=(File("liite.pdf", "application/pdf", blank.getvalue()), File("2.pdf", "application/pdf", blank.getvalue()))
    )
    piece, sent = channel("letter").made(view(paper), thick)  # type: ignore[attr-defined]
    assert (piece.pages, sent.parts) == (3, 2)
