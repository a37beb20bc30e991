"""The doctor's look at the database: reachable, migrated, what waits and since when, and every line's own check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from lanka.cli.doctor import Finding, bad, look, ok

LATE = timedelta(minutes=5)
SKEW = timedelta(seconds=2)


def examine() -> Iterator[Finding]:
    from lanka.cli.manage import database

    try:
        with database():
            import django

            django.setup()
            yield from connected()
    except SystemExit as error:
        yield bad("Database", str(error).removeprefix("lanka: database: "), "then ask ./lanka doctor again")


def connected() -> Iterator[Finding]:
    from lanka.cli.prepare import pending

    yield server()
    yield clock()
    if waiting := pending():
        yield bad("Migrations", f"{len(waiting)} are waiting", "./lanka prepare, or start Lanka: it migrates by itself")
        return
    yield ok("Migrations", "all done")
    yield workers()
    yield from flow()
    yield from lines()
    yield from reputation()


def one(sql: str, *values: Any) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def server() -> Finding:
    version, size, used, most = one(
        "SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database())),"
        " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), current_setting('max_connections')::int"
    )
    words = f"PostgreSQL {version}, {size}, {used} of {most} connections"
    if used > most * 0.85:
        return look("Database", words, "raise max_connections (LANKA_POSTGRES for the embedded server) or put a pooler in front")
    return ok("Database", words)


def clock() -> Finding:
    """Waits, signatures and one-time passwords compare this machine's clock with others'."""
    from lanka.core.clock import now

    apart = abs(now() - one("SELECT clock_timestamp()")[0])
    if apart > SKEW:
        return bad("Clock", f"this machine and the database are {apart.total_seconds():.0f} s apart", "run a time service (chrony) on both")
    return ok("Clock", "this machine and the database agree")


def workers() -> Finding:
    """Each worker, on whatever machine, says every few seconds that it lives."""
    alive, last = one(
        "SELECT count(*) FILTER (WHERE last_heartbeat > now() - interval '1 minute'), max(last_heartbeat) FROM procrastinate_workers"
    )
    if alive:
        return ok("Workers", f"{alive} alive")
    words = f"none; the last was heard at {last:%Y-%m-%d %H:%M} UTC" if last else "none has been here yet"
    return look("Workers", words, "./lanka up starts one, or ./lanka work on any machine")


def flow() -> Iterator[Finding]:
    """What came in and waits, what goes out and waits, and what nobody could understand."""
    yield waiting(
        "Receiving",
        "SELECT count(*), min(r.received_at) FROM receive_rawitem r WHERE r.understood_at IS NULL"
        " AND NOT EXISTS (SELECT FROM receive_quarantine q WHERE q.raw_id = r.id AND q.settled_at IS NULL)",
    )
    yield waiting(
        "Delivering",
        "SELECT count(*), min(planned_at) FROM deliver_delivery WHERE state IN ('planned', 'claimed') AND not_before <= now()",
    )
    count = one("SELECT count(*) FROM receive_quarantine WHERE settled_at IS NULL")[0]
    yield (
        look("Quarantine", f"{count} not understood", "look at them in the desk's settings: replay or dismiss")
        if count
        else ok("Quarantine", "empty")
    )
    count = one("SELECT count(*) FROM deliver_delivery WHERE state = 'uncertain'")[0]
    if count:
        yield look("Uncertain", f"{count} deliveries without an outcome", "ask the provider whether they went out, then settle them")


def waiting(name: str, sql: str) -> Finding:
    from lanka.core.clock import now

    count, since = one(sql)
    if not count:
        return ok(name, "nothing waits")
    words = f"{count} wait, the oldest since {age(now() - since)}"
    return (
        ok(name, words) if now() - since < LATE else bad(name, words, "is `work` running? ./lanka up, or ./lanka work on another machine")
    )


def age(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


def lines() -> Iterator[Finding]:
    from lanka.channels.models import Line

    every = list(Line.objects.order_by("name"))
    if not every:
        yield look("Lines", "none yet", "make one in the desk's settings: a mailbox, a number, a chat")
    for line in every:
        if not line.enabled:
            yield ok("Line", f"{line.name}: not in use")
        else:
            yield tested(line)


def reputation() -> Iterator[Finding]:
    """Lines that rest because their provider fails, and how receivers see our domains."""
    from lanka.deliver.advice import standings
    from lanka.deliver.models import Trouble

    for trouble in Trouble.objects.filter(ended_at=None, until__isnull=False).select_related("line"):
        words = f"{trouble.line.name} rests until {trouble.until:%H:%M} UTC after {trouble.failures} failures: {trouble.why[:120]}"
        yield bad("Line", words, "mend what it says and test the line in the desk's settings; it is tried again by itself")
    for one_ in standings():
        words = f"{one_.domain}: {one_.passed} of {one_.seen} mails passed in the last week, {one_.turned_away} were turned away"
        strange = ", ".join(f"{address} ({count})" for address, count in one_.strange)
        yield ok("DMARC", words) if one_.share >= 0.98 else look("DMARC", f"{words}; strangers: {strange}", "docs/reputation.md")


def tested(line: Any) -> Finding:
    """The same steps as 'test this line' in the desk."""
    from lanka.channels.base import Checks
    from lanka.channels.registry import channel, view
    from lanka.content.compose import brand_of, tokens

    try:
        translator = channel(line.kind)
        if not isinstance(translator, Checks):
            return ok("Line", f"{line.name}: has no check of its own")
        for step in translator.check(view(line, tokens(brand_of(line.brand_id)))):
            if not step.ok:
                said = ": ".join(words for words in (line.name, step.name, step.words) if words)
                return bad("Line", said, step.mend or "see the line's page in the desk")
    except Exception as error:
        return bad("Line", f"{line.name}: {type(error).__name__}: {error}", "see the line's page in the desk")
    return ok("Line", f"{line.name}: works")
