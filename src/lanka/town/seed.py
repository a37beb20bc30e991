"""Fills an empty database with the demo company and its two years. Does nothing where something is already."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from django.db import transaction

from lanka.channels.letter.folder import drop_folder
from lanka.conversations.models import Conversation
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.town.choices import choose, write
from lanka.town.company import found
from lanka.town.history import history
from lanka.town.journeys import journeys
from lanka.town.lines import lines
from lanka.town.people import people
from lanka.town.ports import PRINTER
from lanka.town.spring import spring
from lanka.town.write import Writer
from lanka.town.writing import writing


def seeded() -> bool:
    return Customer.objects.exists() or User.objects.exists()


@transaction.atomic
def seed(count: int = 300, say: Callable[[str], object] = lambda words: None) -> bool:
    """True when it wrote something. `say` hears the progress, a line at a time."""
    if seeded():
        return False
    start = time.monotonic()
    shutil.rmtree(drop_folder(PRINTER), ignore_errors=True)  # what was printed for an earlier demo
    company = found()
    accounts = lines(company.brand)
    say(f"  company, {len(company.stores)} shops, {len(company.staff)} people at work, lines: {', '.join(accounts) or 'none'}")
    folk = people(count)
    book = history(company, folk, now())
    words = choose(folk, book, now())
    say(f"  {len(folk)} customers, {len(book.orders)} orders, {len(book.talks)} conversations, {len(book.entries)} events")
    writer = Writer(folk, accounts, company.staff.values())
    writer.write(book)
    write(words, writer.ids)
    texts = writing(company)
    spring(company, now())
    journeys(company, texts, now())
    open_now = Conversation.objects.exclude(state="closed").count()
    say(f"  written: {Event.objects.count()} events, {open_now} conversations open ({time.monotonic() - start:.1f} s)")
    return True
