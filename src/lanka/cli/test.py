"""`./lanka test [pytest's arguments]`: a database, a browser, translations and static files, then pytest."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NO_BROWSER = "--no-browser"


def run(argv: Sequence[str]) -> int:
    os.environ["LANKA_HOME"] = str(ROOT / ".lanka" / "test")
    os.environ.setdefault("LANKA_ALLOW_PRIVATE", "1")
    words = [word for word in argv if word != NO_BROWSER]
    if NO_BROWSER in argv:
        words += ["-m", "not browser"]
    elif not provide_browser():
        return 1
    with one_run(), database():
        prepare()
        return subprocess.run([sys.executable, "-m", "pytest", *workers(words), *words], check=False, cwd=ROOT).returncode


def provide_browser() -> bool:
    from lanka.cli import browser

    path = browser.find() or browser.install()
    if path:
        os.environ["LANKA_BROWSER"] = path
        return True
    print(
        "lanka: the browser tests cannot run: no Chromium or Chrome, and none could be installed. Install one,"
        f" name it (LANKA_BROWSER=/path/to/chrome ./lanka test), or leave them out: ./lanka test {NO_BROWSER}",
        file=sys.stderr,
    )
    return False


@contextmanager
def one_run() -> Iterator[None]:
    """Two runs in one tree would fight over the names of the test databases: the second waits."""
    home = Path(os.environ["LANKA_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    with (home / "test.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another ./lanka test runs here; waiting for it.", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def database() -> Iterator[None]:
    """An embedded server of the tests' own that does not wait for the disk, or the one of DATABASE_URL."""
    if url := os.environ.get("DATABASE_URL"):
        from lanka.core.database import ensure_database

        ensure_database(url)
        yield
        return
    from lanka.core.postgres import FORGETFUL, Embedded

    with Embedded(Path(os.environ["LANKA_HOME"]), FORGETFUL) as server:
        os.environ["DATABASE_URL"] = server.url("postgres")
        yield


def prepare() -> None:
    """In a process of its own: pytest must read the settings afresh."""
    code = "import django; django.setup(); from lanka.cli import prepare; prepare.translate(); prepare.collect()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "lanka.settings"})


def workers(words: Sequence[str]) -> list[str]:
    """Two workers for a full run, each with its own database; none for a chosen few tests or a debugger."""
    chosen = any(Path(word.partition("::")[0]).exists() for word in words if not word.startswith("-"))
    own = any(word.startswith(("-n", "--numprocesses", "--pdb", "-s", "-k")) for word in words)
    return [] if chosen or own else ["-n", "2", "--dist", "loadfile"]
