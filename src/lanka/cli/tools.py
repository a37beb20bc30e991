"""PostgreSQL's own programs that suit a given server: pg_dump and pg_restore must not be older than it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lanka.core.postgres import BINARIES


def run_tool(path: Path, url: str, *words: str) -> str:
    """Runs it on the database of `url`; what it said on stderr. The password goes by the environment: `ps` shows arguments to all."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = parts.pop("password", "")
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    command = [str(path), f"--dbname={make_conninfo('', **parts)}", *words]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return result.stderr if result.returncode else ""


def suitable(name: str, oldest: int) -> Path:
    """The oldest one that is new enough: a newer pg_dump writes what an older server cannot read back."""
    found = sorted((version, path) for path in candidates(name) if (version := major(path)) >= oldest)
    if not found:
        raise SystemExit(f"lanka: needs {name} of PostgreSQL {oldest} or newer (on Debian: apt install postgresql-client-{oldest}).")
    return found[0][1]


def candidates(name: str) -> Iterator[Path]:
    if here := shutil.which(name):
        yield Path(here)
    yield from Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    yield BINARIES / name


def major(path: Path) -> int:
    """0 when it does not run: Debian's wrapper does not without a cluster."""
    result = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)(\.\d+)?", result.stdout)
    return int(found.group(1)) if found and not result.returncode else 0
