"""What a line gathers for its cut-off: claimed, made in several processes, kept as one batch, handed over (again after a crash).

Until the batch is a row nothing has left the house, and a crash gives everything back. From then on the same files go out however often
it is tried, so no letter is ever uncertain.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lanka.channels.base import ChannelError, Gathered, Gathers, LineView, Outbound, Sent
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.core import files, live
from lanka.core.clock import now
from lanka.deliver import press
from lanka.deliver.claim import Claimed, claim, give_back, rows_of
from lanka.deliver.journal import journal
from lanka.deliver.made import Maker
from lanka.deliver.models import Batch, Delivery, Piece
from lanka.deliver.settle import Tried, settle
from lanka.people.models import User
from lanka.timeline.models import Event

MOST = 2000  # pieces in one batch: a file that a print house can open
LEASE = timedelta(minutes=30)
log = logging.getLogger(__name__)


def gatherer(line: Line) -> Gathers | None:
    """None: this line sends one by one."""
    talker = channel(line.kind)
    return talker if isinstance(talker, Gathers) and talker.cut_off(view(line), now()) else None


def gather_due() -> int:
    """How many letters were gathered or handed over now."""
    done = 0
    for line in Line.objects.filter(enabled=True):
        if gatherer(line) is not None:
            done += hand_over_due(line) + gather(line)
    return done


def gather(line: Line) -> int:
    """What was planned by the last cut-off and is due, as one batch. Zero: nothing waits for it."""
    talker = gatherer(line)
    cut = talker.cut_off(view(line), now()) if talker else None
    if talker is None or cut is None:
        return 0
    journal.begin()
    rows = claim(line.pk, MOST, until=cut, lease=LEASE)
    if not rows:
        return 0
    try:
        bind(line, talker, cut, rows)
    except Exception:
        give_back([row for row in rows if not Piece.objects.filter(delivery_id=row.id).exists()])
        raise
    hand_over_due(line)
    return len(rows)


def bind(line: Line, talker: Gathers, cut: datetime, rows: Sequence[Claimed]) -> None:
    """What can be made is one batch; what cannot is settled with the reason."""
    maker = Maker(line)
    made = list(make(maker, rows))
    good = [(row, *result) for row, result in made if isinstance(result, tuple)]
    if good:
        keep(line, maker.view, talker, cut, good)
    settle(line, [Tried(row, result, now()) for row, result in made if not isinstance(result, tuple)])


def make(maker: Maker, rows: Sequence[Claimed]) -> Iterator[tuple[Claimed, tuple[Any, Sent] | ChannelError]]:
    """Typesetting takes a processor: large batches are spread over all there are."""
    outs = [composed(maker, row) for row in rows]
    good = [out for out in outs if isinstance(out, Outbound)]
    made = press.pieces(maker.line.kind, maker.view, good)
    for row, out in zip(rows, outs, strict=True):
        yield row, next(made) if isinstance(out, Outbound) else out


def composed(maker: Maker, row: Claimed) -> Outbound | ChannelError:
    try:
        return maker.outbound(row)
    except ChannelError as error:
        return error


def keep(line: Line, seen: LineView, talker: Gathers, cut: datetime, good: Sequence[tuple[Claimed, Any, Sent]]) -> Batch:
    """From here on it leaves exactly once."""
    name = f"{line.pk}-{cut:%Y%m%d-%H%M}-{Batch.objects.filter(line=line).count() + 1}"
    gathered = talker.gather(seen, name, [piece for _, piece, _ in good], now())
    with transaction.atomic():
        batch = Batch.objects.create(line=line, cut_at=cut, **facts(name, gathered))
        by_id = {str(row.public_id): row.id for row, _, _ in good}
        Piece.objects.bulk_create(
            Piece(
                batch=batch,
                delivery_id=by_id[p.id],
                **{f: getattr(p, f) for f in ("place", "number", "first_page", "pages", "sheets", "country", "sha256")},
            )
            for p in gathered.placed
        )
        for row, _, sent in good:
            Delivery.objects.filter(pk=row.id).update(cost=sent.cost, currency=sent.currency, parts=sent.parts)
    return batch


def facts(name: str, gathered: Gathered) -> dict[str, Any]:
    return {
        "name": name,
        "made_at": now(),
        "pieces": len(gathered.placed),
        "sheets": sum(one.sheets for one in gathered.placed),
        "pages": gathered.pages,
        "pdf": files.keep(gathered.pdf, "application/pdf"),
        "manifest": files.keep(gathered.manifest, "application/json"),
        "table": files.keep(gathered.table, "text/csv"),
    }


def hand_over_due(line: Line) -> int:
    """Batches that are made and did not leave yet. Pieces handed over."""
    return sum(hand_over(batch) for batch in Batch.objects.filter(line=line, handed_at=None).order_by("id"))


def hand_over(batch: Batch) -> int:
    talker = channel(batch.line.kind)
    assert isinstance(talker, Gathers)
    try:
        talker.hand_over(view(batch.line), batch.name, files.read(batch.pdf), files.read(batch.manifest), files.read(batch.table))
    except ChannelError as error:
        Batch.objects.filter(pk=batch.pk).update(why=error.words)
        log.warning("batch %s waits: %s", batch.name, error.words)
        return 0
    with transaction.atomic():
        if not Batch.objects.filter(pk=batch.pk, handed_at=None).update(handed_at=now(), why=""):
            return 0
        settle(batch.line, [] if batch.reprint_of_id else list(tried(batch)))
    live.tell("lines", {"line": batch.line_id})
    return batch.pieces


def tried(batch: Batch) -> Iterator[Tried]:
    """The cost was written when the piece was made."""
    known = {row[0]: row[1:] for row in batch.letters.values_list("delivery_id", "number", "sheets", "delivery__currency")}
    for row in rows_of(list(known)):
        number, sheets, currency = known[row.id]
        yield Tried(row, Sent(ref=str(number), parts=int(sheets), currency=str(currency)), now())


@transaction.atomic
def reprint(batch: Batch, places: range, *, by: User) -> Batch:
    """These places of a batch once more, for the printer that ate them: the same letters with the same numbers, a batch of its own."""
    talker = channel(batch.line.kind)
    assert isinstance(talker, Gathers)
    name = f"{batch.name}-r{batch.reprints.count() + 1}"
    pdf, manifest, table = talker.again(files.read(batch.pdf), files.read(batch.manifest), name, places, now())
    letters = list(batch.letters.filter(place__in=places))
    kept = {
        "pdf": files.keep(pdf, "application/pdf"),
        "manifest": files.keep(manifest, "application/json"),
        "table": files.keep(table, "text/csv"),
    }
    sums = {"pieces": len(letters), "sheets": sum(p.sheets for p in letters), "pages": sum(p.pages for p in letters)}
    return Batch.objects.create(line=batch.line, name=name, cut_at=batch.cut_at, made_at=now(), reprint_of=batch, by=by, **kept, **sums)


TOLD = ("printed", "posted", "returned")


def reconciled(batch: Batch) -> dict[str, list[str]]:
    """What the print house told last of each piece → the pieces' numbers; 'handed' are those of which it told nothing yet."""
    found: dict[str, list[str]] = {}
    letters = list(batch.letters.order_by("place").values_list("delivery__state", "number", "delivery__event_id"))
    news = Event.objects.filter(about_id__in=[event for _, _, event in letters]).order_by("id").values_list("about_id", "kind")
    last = {about: kind.removeprefix("receipt.") for about, kind in news}
    for state, number, event in letters:
        told = last.get(event, "")
        found.setdefault(told if told in TOLD else str(state), []).append(number)
    return found
