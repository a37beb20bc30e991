"""Django's and the rooms' own management commands, with the database in place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lanka

NO_DATABASE = {"help", "version", "--version", "makemigrations", "diffsettings", "sqlmigrate"}


def manage(argv: Sequence[str]) -> int:
    from django.core.management import execute_from_command_line

    if argv[0] in NO_DATABASE or not needs_database(argv):
        execute_from_command_line(["lanka", *argv])
    else:
        with database():
            execute_from_command_line(["lanka", *argv])
    return 0


def needs_database(argv: Sequence[str]) -> bool:
    """A command that does without one says so: `needs_database = False` in its class."""
    file = own_commands().get(argv[0])
    without = file is not None and "needs_database = False" in file.read_text()
    return not without and "--help" not in argv


@contextmanager
def database() -> Iterator[str]:
    """DATABASE_URL of a server that answers; the embedded one runs as long as this lasts, unless somebody runs it already."""
    from lanka import config
    from lanka.core.database import ensure_database
    from lanka.core.postgres import Embedded

    if config.DATABASE_URL:
        ensure_database(config.DATABASE_URL)
        yield config.DATABASE_URL
        return
    with Embedded(config.HOME) as server:
        ensure_database(server.url())
        use(server.url())
        yield server.url()


def use(url: str) -> None:
    """For this process, whose settings may have been read already, and its children."""
    from lanka import config

    os.environ["DATABASE_URL"] = config.DATABASE_URL = url


def own_commands() -> dict[str, Path]:
    """The management commands that the rooms bring: name and file."""
    files = Path(lanka.__file__).parent.glob("*/management/commands/[a-z]*.py")
    return {file.stem: file for file in files}
