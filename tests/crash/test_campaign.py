"""kill -9 of the sender and of the database in the middle of a campaign: nobody is missing, nothing unexplained."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.crash.campaign import play

PEOPLE = 300
pytestmark = [pytest.mark.crash, pytest.mark.timeout(240)]


def test_a_campaign_survives_its_sender_and_its_database() -> None:
    room = Path(tempfile.mkdtemp(prefix="lanka-campaign-"))  # not tmp_path: PostgreSQL's own user must pass
    try:
        story = play(room, people=PEOPLE, kills=["work", "database"], limit=150)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    books = story.books
    print({k: v for k, v in books.items() if k not in ("sent", "was_uncertain")}, story.killed, f"{story.seconds:.0f} s")
    assert story.killed == {"work": 1, "database": 1}
    assert sum(books["states"].values()) == books["people"] == books["told"] == PEOPLE
    assert set(books["states"]) <= {"handed", "uncertain"}
    assert (story.missing, story.unexplained, story.repeated_unknowingly) == (0, 0, 0)
    assert len(books["uncertain"]) <= 5, "only what was in hand: at most one for each thread that sends"
    assert books["receipts"] == PEOPLE
