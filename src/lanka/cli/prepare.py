"""What must be true before the processes start: migrated, translated, static files in place, the demo's past written.

A process of its own, so that the supervisor never holds Django in memory. Every step is cheap when there is nothing to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lanka.core.guard import exit_with_parent

LOCK = 7_170_001  # advisory: one machine migrates, the others wait
WELCOME = "welcome.txt"


def run(argv: Sequence[str]) -> int:
    from lanka.cli.manage import database

    if argv:
        print("usage: ./lanka prepare")
        return 2
    exit_with_parent()
    with database():
        import django

        django.setup()
        with one_at_a_time():
            step("Database", migrate)
            step("Topics", topics)
            step("Translations", translate)
            step("Static files", collect)
            demo()
    return 0


def step(name: str, work: Callable[[], str]) -> None:
    start = time.monotonic()
    print(f"{name}: ", end="", flush=True)
    words = work()
    print(f"{words} ({time.monotonic() - start:.1f} s)", flush=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            print("Another Lanka prepares this database; waiting for it.", flush=True)
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def migrate() -> str:
    from django.core.management import call_command

    if not (waiting := pending()):
        return "up to date"
    print(f"{len(waiting)} migrations … ", end="", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    return "done"


def pending() -> list[Any]:
    """The migrations that this database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def topics() -> str:
    from lanka.customers.starter import starter_topics

    count = starter_topics()
    return f"{count} to begin with" if count else "up to date"


def translate() -> str:
    from lanka.cli.catalogues import compile_all

    count = compile_all()
    return f"{count} compiled" if count else "up to date"


def collect() -> str:
    """Static files below LANKA_HOME, compressed, under names that carry their content's hash. Only when one changed."""
    from django.conf import settings
    from django.core.management import call_command

    stamp, now = Path(settings.STATIC_ROOT).with_name("static.stamp"), assets()
    if stamp.exists() and stamp.read_text() == now and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return "up to date"
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)
    return "collected"


def assets() -> str:
    """A short word that changes with any static file."""
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            facts = Path(storage.path(path)).stat()
            found.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return found.hexdigest()


def demo() -> None:
    from django.core.management import call_command

    from lanka import config
    from lanka.cli.manage import own_commands

    if not config.DEMO:
        return
    if "seed" in own_commands():
        print("Demo: the company, its customers and their two years", flush=True)
        call_command("seed", stdout=sys.stdout)
    (config.HOME / WELCOME).write_text(welcome())


def welcome() -> str:
    """Where to look and whom to sign in as: the town knows. Empty without a town."""
    try:
        found: Any = importlib.import_module("lanka.town.welcome")
    except ImportError:
        found = importlib.import_module("lanka.town")
    speak = getattr(found, "welcome", None)
    if speak is None:
        return ""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        words = speak()
    return words if isinstance(words, str) else said.getvalue()
