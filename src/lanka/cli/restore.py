"""`./lanka restore FILE`: a backup into an empty database, or with --replace in the place of what is there."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lanka.cli.backup import DUMP, FACTS, KEY

OLDER_SERVER = "transaction_timeout"
"""A setting that pg_restore 17 and newer sends and older servers do not know. Nothing is lost by it."""

OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./lanka restore", description="Puts a backup into the database. Stop Lanka first.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="remove what is in the database now")
    options = parser.parse_args(argv)
    from lanka import config
    from lanka.cli.manage import database
    from lanka.cli.start import only_one

    with only_one(config.HOME), tempfile.TemporaryDirectory(prefix="lanka-restore-") as name:
        folder = Path(name)
        facts = unpack(options.file, folder)
        with database() as url:
            empty(url, options.replace)
            restore(url, folder / DUMP, facts)
        put_key(folder / KEY, config.HOME / KEY)
    print(f"Restored what was backed up at {facts['made_at']}. Start Lanka: ./lanka up")
    return 0


def unpack(file: Path, folder: Path) -> dict[str, str]:
    """Reads all of it before anything is touched."""
    try:
        with tarfile.open(file) as tar:
            for member in tar:
                if member.name in (FACTS, DUMP, KEY) and (content := tar.extractfile(member)):
                    with (folder / member.name).open("wb") as out:
                        shutil.copyfileobj(content, out)
        return dict(json.loads((folder / FACTS).read_text()))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise SystemExit(f"lanka: {file} is not a backup made by ./lanka backup: {error}") from error


def empty(url: str, replace: bool) -> None:
    from lanka.core.database import connect

    with connect(url) as connection:
        query = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        row = connection.execute(query).fetchone()
        if row and row[0] and not replace:
            raise SystemExit("lanka: the database is not empty. `--replace` removes what is there; back that up first.")
        others = connection.execute(OTHERS).fetchone()
        if others and others[0]:
            raise SystemExit(f"lanka: {others[0]} connections are open to this database. Stop Lanka on all machines first.")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def restore(url: str, file: Path, facts: dict[str, str]) -> None:
    from lanka.cli.tools import run_tool, suitable
    from lanka.core.database import connect

    with connect(url) as connection:
        version = connection.info.server_version // 10_000
    program = suitable("pg_restore", max(version, int(facts["pg_dump"])))
    said = run_tool(program, url, "--no-owner", "--no-privileges", str(file))
    harmless = (OLDER_SERVER, 'schema "public" already exists', "errors ignored on restore")
    if errors := [line for line in said.splitlines() if "error" in line and not any(words in line for words in harmless)]:
        raise SystemExit("lanka: the restore is not complete:\n" + "\n".join(errors))


def put_key(kept: Path, place: Path) -> None:
    """Without the key that locked them, providers' passwords cannot be read. One that differs is moved aside."""
    from lanka import config

    if not kept.exists() or config.text("LANKA_SECRET_KEY"):
        return
    if place.exists() and place.read_text() != kept.read_text():
        place.rename(place.with_suffix(".key.before"))
    descriptor = os.open(place, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(kept.read_text())
