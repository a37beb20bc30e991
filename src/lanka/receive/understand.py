"""The second step: one raw item becomes messages, happenings and receipts, all in one transaction, or goes to quarantine."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from lanka.channels.base import Advice, Happening, Inbound, Item, Raw, Receipt
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.core.clock import now
from lanka.deliver.advice import take_advice
from lanka.deliver.receipts import NotKnownYet, take_receipt
from lanka.people.models import User
from lanka.receive.clean import clean
from lanka.receive.fetch import NotFetchedYet, with_files
from lanka.receive.happening import take_happening
from lanka.receive.message import take_message
from lanka.receive.models import Quarantine, RawItem

PATIENCE = timedelta(minutes=2)  # for a receipt that overtook its message, for a file that cannot be fetched just now
log = logging.getLogger(__name__)


def raw_of(item: RawItem) -> Raw:
    return Raw(
        body=bytes(item.body),
        headers=item.headers,
        method=item.method,
        path=item.path,
        query=item.query,
        remote=item.remote,
        received_at=item.received_at,
        key=item.key,
    )


def take(line: Line, item: Item, raw: RawItem) -> Any:
    if isinstance(item, Inbound):
        return take_message(line, item, raw.pk)
    if isinstance(item, Happening):
        return take_happening(line, item, raw.pk)
    if isinstance(item, Receipt):
        return take_receipt(line, item)
    if isinstance(item, Advice):
        return take_advice(line, item)
    raise TypeError(f"a channel gave a {type(item).__name__}")


def understand(raw: RawItem) -> None:
    """In the caller's transaction. Raises what the channel or the rooms raise."""
    line = raw.line
    talker, seen = channel(line.kind), view(line)
    patient = now() - raw.received_at < PATIENCE
    items = [clean(with_files(talker, seen, item, patient=patient)) for item in talker.receive(seen, raw_of(raw))]
    for item in items:
        take(line, item, raw)
    raw.understood_at, raw.items, raw.not_before = now(), len(items), None
    raw.save(update_fields=["understood_at", "items", "not_before"])


def quarantine(raw: RawItem, error: Exception) -> None:
    """It leaves the queue but never the house."""
    log.warning("raw %s of %s goes to quarantine: %s", raw.pk, raw.line.name, error)
    trace = "".join(traceback.format_exception(error))[-8000:]
    words = str(getattr(error, "words", "") or f"{type(error).__name__}: {error}")[:2000].replace("\0", "")
    known = Quarantine.objects.filter(raw=raw).first()
    tries = known.tries + 1 if known else 1
    why = {"why": words, "trace": trace.replace("\0", ""), "tries": tries, "settled_at": None, "settled_how": ""}
    Quarantine.objects.update_or_create(raw=raw, defaults=why)
    RawItem.objects.filter(pk=raw.pk).update(understood_at=now(), items=0, not_before=None)


def next_raw() -> RawItem | None:
    waiting = RawItem.objects.filter(understood_at=None).filter(Q(not_before=None) | Q(not_before__lte=now()))
    return waiting.select_for_update(skip_locked=True, of=("self",)).select_related("line").order_by("id").first()


def understand_next() -> bool:
    """One item. False: nothing waits. A lost database is raised: the item stays where it is."""
    with transaction.atomic():
        raw = next_raw()
        if raw is None:
            return False
        try:
            with transaction.atomic():
                understand(raw)
        except NotFetchedYet:
            RawItem.objects.filter(pk=raw.pk).update(not_before=now() + timedelta(seconds=5))
        except NotKnownYet as error:
            if now() - raw.received_at > PATIENCE:
                quarantine(raw, error)
            else:
                RawItem.objects.filter(pk=raw.pk).update(not_before=now() + timedelta(seconds=2))
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, Exception) as error:
            quarantine(raw, error)
    return True


@transaction.atomic
def replay(raw: RawItem, *, by: User) -> bool:
    """Once more from the stored bytes, now. True: understood. False: still not, and why is in the quarantine."""
    Quarantine.objects.filter(raw=raw).update(settled_at=now(), settled_by=by, settled_how="replayed")
    try:
        with transaction.atomic():
            understand(raw)
    except Exception as error:
        quarantine(raw, error)
        return False
    return True


def dismiss(raw: RawItem, *, by: User) -> None:
    """Nobody needs it: it stays, out of the list."""
    Quarantine.objects.filter(raw=raw).update(settled_at=now(), settled_by=by, settled_how="dismissed")
