"""'Test this line': the channel's own steps, one after the other, for as long as an administrator would wait."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from lanka.channels.base import ChannelError, Checks, LineView, Step
from lanka.channels.models import Exchange, Line
from lanka.channels.redact import exchange

log = logging.getLogger(__name__)
PATIENCE = 25.0  # seconds for all steps together


def steps(channel: Checks, line: LineView, patience: float = PATIENCE) -> list[Step]:
    """What was tried until it ended or time was over. Never raises: a fault of the channel is a failed step."""
    told: queue.Queue[Step | None] = queue.Queue()
    threading.Thread(target=run, args=(channel, line, told), daemon=True, name=f"check-{line.id}").start()
    return list(until_over(told, time.monotonic() + patience))


def until_over(told: queue.Queue[Step | None], end: float) -> Iterator[Step]:
    while True:
        try:
            step = told.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            mend = _("The other side may be very slow, or a firewall drops what we send without saying so.")
            yield Step(_("time"), False, _("No answer in time; the test was stopped here."), mend)
            return
        if step is None:
            return
        yield step


def run(channel: Checks, line: LineView, told: queue.Queue[Step | None]) -> None:
    try:
        for step in channel.check(line):
            told.put(step)
    except ChannelError as error:
        told.put(Step(type(error).__name__, False, error.words))
    except Exception as error:
        log.exception("the check of line %s failed", line.id)
        told.put(Step(type(error).__name__, False, str(error)[:500]))
    finally:
        told.put(None)
        connection.close()


def write_down(line: Line, found: list[Step], began: float) -> Exchange:
    """Stands in the exchange log like everything else that was said with a provider."""
    row = exchange(
        line,
        what="check",
        ok=all(step.ok for step in found),
        said="\n".join(step.name for step in found),
        heard="\n".join(f"{'ok' if step.ok else 'FAILED'} {step.words} {step.mend}".strip() for step in found),
        milliseconds=round((time.monotonic() - began) * 1000),
    )
    row.save()
    return row
