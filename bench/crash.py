"""`lanka bench crash [people [rounds]]`: a campaign while sender and database are killed at random; who got what, by both books."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.crash.campaign import play

from bench.house import table


def main(argv: Sequence[str]) -> int:
    people, kills = int(argv[0]) if argv else 5000, int(argv[1]) if len(argv) > 1 else 3
    room = Path(tempfile.mkdtemp(prefix="lanka-campaign-"))
    try:
        story = play(room, people=people, kills=["work", "work", "database"] * kills, limit=900)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    books, sink = story.books, story.sink
    rows = {
        "killed": f"sender {story.killed['work']} times, database {story.killed['database']} times; {story.seconds:.0f} s in all",
        "arrived": f"{sink['different']:,} different mails of {books['people']:,} people, {len(sink['repeated'])} of them more than once",
        "missing": f"{story.missing} that our books call sent",
        "unexplained": f"{story.unexplained} that arrived and our books do not know of",
        "uncertain": f"{len(books['uncertain'])} declared; {story.repeated_unknowingly} repeated that were not",
        "books": f"{books['states']}, {books['told']:,} on the timelines",
    }
    table("crash: a campaign with kill -9", rows)
    return 0 if (story.missing, story.unexplained, story.repeated_unknowingly) == (0, 0, 0) else 1
