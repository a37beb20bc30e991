"""`./lanka backup FILE`: the database and the key to its secrets, in one tar file. Lanka may go on running."""

from __future__ import annotations

import argparse
import json
import os
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

FACTS, DUMP, KEY = "lanka.json", "database.dump", "secret.key"


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./lanka backup", description="Everything Lanka knows, into one file. Keep it as secret as the database."
    )
    parser.add_argument("file", type=Path, help="for example lanka-2026-11-22.tar")
    options = parser.parse_args(argv)
    target: Path = options.file.absolute()
    if target.exists():
        raise SystemExit(f"lanka: {target} exists; a backup never overwrites a file.")
    if not target.parent.is_dir():
        raise SystemExit(f"lanka: the folder {target.parent} does not exist.")
    from lanka.cli.manage import database

    with database() as url, tempfile.TemporaryDirectory(dir=target.parent, prefix=".lanka-backup-") as folder:
        backup(url, Path(folder), target)
    print(f"Backed up to {target} ({target.stat().st_size / 1_000_000:.1f} MB).")
    return 0


def backup(url: str, folder: Path, target: Path) -> None:
    version = dump(url, folder / DUMP)
    facts = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "postgres": version, "pg_dump": version}
    (folder / FACTS).write_text(json.dumps(facts, indent=1))
    part = folder / "part"
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    with tarfile.open(part, "w") as tar:
        for file in (folder / FACTS, folder / DUMP, *key_file()):
            tar.add(file, file.name)
    part.rename(target)


def key_file() -> list[Path]:
    """The key made by Lanka. One that came from LANKA_SECRET_KEY stays where the operator keeps it."""
    from lanka import config

    path = config.HOME / KEY
    if config.text("LANKA_SECRET_KEY") or not path.exists():
        print("The secret key is not in the backup: keep LANKA_SECRET_KEY with it, or providers' passwords must be entered again.")
        return []
    return [path]


def dump(url: str, file: Path) -> int:
    """Writes PostgreSQL's custom format; returns the server's major version."""
    from lanka.cli.tools import run_tool, suitable
    from lanka.core.database import connect

    with connect(url) as connection:
        version = connection.info.server_version // 10_000
    if words := run_tool(suitable("pg_dump", version), url, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}"):
        raise SystemExit(f"lanka: pg_dump failed: {words.strip()}")
    return version
