"""Pieces are made in processes of their own: typesetting takes a whole processor, and threads would share one. Imports no models at the
top: a new process reads this file before Django is set up."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from lanka.channels.base import ChannelError, Gathers, LineView, Outbound, Sent, Uncertain

CHUNK = 25
FEW = 50  # are made here: starting processes takes two seconds
Made = tuple[Any, Sent] | ChannelError
log = logging.getLogger(__name__)


def pieces(kind: str, line: LineView, outs: Sequence[Outbound]) -> Iterator[Made]:
    """In their order."""
    if len(outs) <= FEW:
        yield from made(kind, line, outs)
        return
    chunks = [outs[at : at + CHUNK] for at in range(0, len(outs), CHUNK)]
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn"), initializer=ready) as processes:
        for results in processes.map(made, [kind] * len(chunks), [line] * len(chunks), chunks):
            yield from results


def ready() -> None:
    """In a new process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")
    django.setup()


def made(kind: str, line: LineView, outs: Sequence[Outbound]) -> list[Made]:
    from lanka.channels.registry import channel

    talker = channel(kind)
    assert isinstance(talker, Gathers)
    return [one(talker, line, out) for out in outs]


def one(talker: Gathers, line: LineView, out: Outbound) -> Made:
    try:
        return talker.made(line, out)
    except ChannelError as error:
        return type(error)(error.words, after=error.after)  # without what cannot travel between processes
    except Exception as error:
        log.exception("a piece could not be made")
        return Uncertain(f"{type(error).__name__}: {error}")
