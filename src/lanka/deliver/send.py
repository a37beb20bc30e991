"""The worker's side of the outbox: a batch claimed, each handed over, what came of it settled. Crashes: `recover.py`."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, connection

from lanka.channels.base import ChannelError, Sent, Uncertain
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.core.clock import now
from lanka.deliver import trouble
from lanka.deliver.batch import gatherer
from lanka.deliver.claim import BATCH, Claimed, claim, give_back, lines_due, share
from lanka.deliver.journal import journal
from lanka.deliver.made import Maker
from lanka.deliver.settle import OF_THE_LINE, Tried, settle

SECONDS = 20.0  # of one batch; what is not begun by then is given back, long before the lease ends
SETTLE_EVERY = 1.0
ANSWERS = 100  # the priority of what an agent wrote; a campaign has less
log = logging.getLogger(__name__)


def deliver_next(most: int = BATCH, *, least: int = 0) -> int:
    """Claims and sends one batch of one line. How many were tried; zero: nothing is due that may leave. `least`: of this priority on."""
    for line in Line.objects.in_bulk(lines_due(least)).values():
        if gatherer(line) is not None:
            continue  # `batch.py`
        allowed = trouble.allows(line.pk, min(most, share(line.pk, least)))
        if allowed and (rows := claim(line.pk, allowed, least=least)):
            return Run(line, rows).send()
    return 0


def answer_next() -> int:
    """Only answers of people: one sender is kept free for them, however large the campaign."""
    return deliver_next(least=ANSWERS)


class Run:
    """Claimed messages of one line on their way out, one after the other over a session that the channel keeps."""

    def __init__(self, line: Line, rows: Sequence[Claimed]) -> None:
        self.line, self.rows = line, rows
        self.maker: Maker | None = None
        self.done: list[Tried] = []  # not yet settled
        self.tried = 0
        self.failed = 0  # in a row, and the line's own fault
        self.began = self.settled_at = time.monotonic()

    def send(self) -> int:
        journal.begin()
        for at, row in enumerate(self.rows):
            self.done.append(self.hand_over(row))
            self.tried += 1
            if time.monotonic() - self.settled_at > SETTLE_EVERY:
                self.settle()
            if self.line_fails() or time.monotonic() - self.began > SECONDS:
                surely(lambda: give_back(self.rows[at + 1 :]))  # noqa: B023 called at once
                break
        self.settle()
        journal.done()
        return self.tried

    def hand_over(self, row: Claimed) -> Tried:
        """Outside any transaction."""
        began = time.monotonic()
        result = self.attempt(row)
        journal.ended(row.id, row.attempt, said(result))
        return Tried(row, result, now(), int((time.monotonic() - began) * 1000))

    def attempt(self, row: Claimed) -> Sent | ChannelError:
        """Whatever is not of the closed list is a bug, and uncertain."""
        try:
            self.maker = self.maker or Maker(self.line)
            out = self.maker.outbound(row)
            journal.began(row.id, row.attempt)  # from here on a crash leaves it uncertain
            return channel(self.line.kind).send(self.maker.view, out)
        except ChannelError as error:
            return error
        except Exception as error:
            log.exception("delivery %s: a channel let another error out", row.id)
            return Uncertain(f"{type(error).__name__}: {error}")

    def line_fails(self) -> bool:
        """Several in a row: the rest is spared the attempt."""
        last = self.done[-1].result if self.done else None
        if isinstance(last, OF_THE_LINE):
            self.failed += 1
        elif last is not None:
            self.failed = 0
        return self.failed >= trouble.MANY

    def settle(self) -> None:
        done, self.done = self.done, []
        self.settled_at = time.monotonic()
        surely(lambda: settle(self.line, done))
        surely(lambda: trouble.heard(self.line, [tried.result for tried in done]))


def said(result: Sent | ChannelError) -> dict[str, object]:
    """For the journal: what a restart needs to settle it as it was."""
    if isinstance(result, Sent):
        return dataclasses.asdict(result)
    after = result.after.total_seconds() if result.after else None
    return {"error": type(result).__name__, "words": result.words, "after": after}


def surely(write: Callable[[], None], patience: float = 60.0) -> None:
    """The database may be away for a moment: what was sent is known here, and must be written. Raises after `patience` seconds: the
    journal knows it too."""
    end = time.monotonic() + patience
    while True:
        try:
            write()
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            log.warning("the database is away; what was sent is written when it is back")
            connection.close()
            time.sleep(0.5)
