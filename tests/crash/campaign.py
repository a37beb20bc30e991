"""A campaign while sender and database are killed at random: used by the suite (small) and by `lanka bench crash` (5,000 people)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from lanka.core.database import ensure_database
from lanka.core.postgres import Embedded

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass
class Story:
    """What came of it. `sink`: as the mail server counted; `books`: as the house does."""

    sink: dict[str, Any] = field(default_factory=dict)
    books: dict[str, Any] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=lambda: {"work": 0, "database": 0})
    seconds: float = 0.0

    @property
    def missing(self) -> int:
        """Handed over by our books, and the server never saw it."""
        return len(set(self.books["sent"]) - set(self.sink["ids"]))

    @property
    def unexplained(self) -> int:
        """Arrived, and our books say neither sent nor uncertain."""
        return len(set(self.sink["ids"]) - set(self.books["sent"]) - set(self.books["uncertain"]))

    @property
    def repeated_unknowingly(self) -> int:
        return len(set(self.sink["repeated"]) - set(self.books["was_uncertain"]))


class Theatre:
    """A database of its own, a worker that is started again whenever it dies, and a mail server that is never killed."""

    def __init__(self, room: Path) -> None:
        self.env = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "LANKA_HOME": str(room / "home"),
            "LANKA_ALLOW_PRIVATE": "1",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        }
        self.log = (room / "theatre.log").open("wb")
        self.sink = subprocess.Popen([sys.executable, "-m", "bench.sink", "0"], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=self.env)
        assert self.sink.stdout
        self.port = int(json.loads(self.sink.stdout.readline())["port"])
        self.database()
        self.worker: subprocess.Popen[bytes] | None = None

    def database(self) -> None:
        """Started, or started again after a kill."""
        self.embedded = Embedded(Path(self.env["LANKA_HOME"]))
        self.embedded.start()
        self.env["DATABASE_URL"] = self.embedded.url()
        ensure_database(self.embedded.url())

    def inside(self, *words: object) -> None:
        argv = [sys.executable, str(HERE / "campaign_inside.py"), *map(str, words)]
        done = subprocess.run(argv, env=self.env, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise AssertionError(done.stderr[-3000:])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        for _ in range(40):
            with suppress(psycopg.Error), psycopg.connect(self.env["DATABASE_URL"], connect_timeout=5) as connection:
                return connection.execute(sql).fetchall()
            time.sleep(0.25)
        raise AssertionError("the database does not answer")

    def sent(self) -> int:
        return int(self.ask("SELECT count(*) FROM deliver_delivery WHERE state IN ('handed', 'uncertain', 'failed')")[0][0])

    def left(self) -> int:
        pending = "SELECT count(*) FROM deliver_delivery WHERE state IN ('planned', 'held', 'claimed')"
        return int(self.ask(f"SELECT ({pending}) + (SELECT count(*) FROM decide_verdict WHERE taken_at IS NULL)")[0][0])

    def books(self) -> dict[str, Any]:
        """Our Message-IDs by what the house says of them."""
        rows = self.ask("SELECT public_id::text, state, ref FROM deliver_delivery")
        doubted = self.ask("SELECT DISTINCT d.public_id::text FROM deliver_attempt a JOIN deliver_delivery d ON d.id = a.delivery_id"
                           " WHERE a.outcome = 'uncertain'")  # fmt: skip
        return {
            "people": self.ask("SELECT count(*) FROM decide_verdict")[0][0],
            "states": dict(self.ask("SELECT state, count(*) FROM deliver_delivery GROUP BY state")),
            "sent": [one for one, state, _ in rows if state in ("handed", "delivered", "read")],
            "uncertain": [one for one, state, _ in rows if state == "uncertain"],
            "was_uncertain": [one for (one,) in doubted],
            "told": self.ask("SELECT count(*) FROM timeline_event WHERE kind = 'message.out'")[0][0],
            "receipts": self.ask("SELECT count(DISTINCT about_id) FROM timeline_event WHERE kind IN ('receipt.sent', 'receipt.uncertain')")[
                0
            ][0],
        }

    def work(self) -> None:
        if self.worker is None or self.worker.poll() is not None:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "lanka", "work"], env=self.env, stdout=self.log, stderr=self.log, cwd=ROOT
            )

    def kill_worker(self) -> bool:
        if self.worker is None or self.worker.poll() is not None:
            return False
        self.worker.kill()
        self.worker.wait()
        return True

    def kill_database(self) -> bool:
        """The postmaster; its children end by themselves."""
        pid = int((Path(self.embedded.data) / "postmaster.pid").read_text().splitlines()[0])
        with suppress(psutil.Error):
            family = psutil.Process(pid).children(recursive=True)
            psutil.Process(pid).send_signal(signal.SIGKILL)
            psutil.wait_procs(family, 10)
        self.database()
        return True

    def close(self) -> dict[str, Any]:
        self.kill_worker()
        self.sink.terminate()
        assert self.sink.stdout
        told = dict(json.loads(self.sink.stdout.readline()))
        self.sink.wait()
        self.embedded.stop()
        self.log.close()
        return told


def play(room: Path, *, people: int, kills: Sequence[str], seed: int = 7, limit: float = 300) -> Story:
    """`kills`: 'work' and 'database', in their order, each in the middle of the work."""
    story, dice, theatre = Story(), random.Random(seed), Theatre(room)
    began = time.monotonic()
    try:
        theatre.inside(people, theatre.port)
        for what in kills:
            theatre.work()
            wait_for_work(theatre, dice, limit)
            story.killed[what] += theatre.kill_database() if what == "database" else theatre.kill_worker()
        while time.monotonic() - began < limit:
            theatre.work()
            time.sleep(0.5)
            if not theatre.left():
                break
        story.books = theatre.books()
    finally:
        story.sink = theatre.close()
        story.sink["ids"] = [plain(one) for one in story.sink["ids"]]
        story.sink["repeated"] = [plain(one) for one in story.sink["repeated"]]
    story.seconds = time.monotonic() - began
    return story


def plain(message_id: str) -> str:
    """The delivery's own id in our Message-ID."""
    return message_id.strip("<>")[:36]


def wait_for_work(theatre: Theatre, dice: random.Random, limit: float) -> None:
    """Until a mail has gone out since, and then a moment more: the kill falls somewhere in a batch."""
    before, end = theatre.sent(), time.monotonic() + min(limit, 60)
    while time.monotonic() < end and theatre.sent() == before and theatre.left():
        time.sleep(0.02)
    time.sleep(dice.random() * 0.3)
