"""The doctor's look at the machine: Python, packages, disk, port, processes, the home."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from lanka import config
from lanka.cli.demo import is_free
from lanka.cli.doctor import Finding, bad, look, ok

ROOT = Path(__file__).resolve().parents[3]
GIGABYTE = 1_000_000_000


def examine() -> Iterator[Finding]:
    yield ok("Python", f"{platform.python_version()} in {sys.prefix}")
    yield packages()
    yield home()
    yield key()
    yield disk()
    yield from processes()
    if not config.PUBLIC_URL.startswith("https://") and not config.DEMO:
        yield look("Address", f"{config.PUBLIC_URL} is not https", "set LANKA_PUBLIC_URL to the address that customers and providers use")


def packages() -> Finding:
    stamp = Path(sys.prefix) / ".lanka-base"
    wanted = f"{ROOT}\n{(ROOT / 'requirements/uv.txt').read_text()}{(ROOT / 'requirements/base.txt').read_text()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return ok("Packages", "as pinned")
    return look("Packages", "not as pinned in requirements/", "any ./lanka command puts them right")


def home() -> Finding:
    if config.HOME.exists() and os.access(config.HOME, os.W_OK):
        return ok("Home", str(config.HOME))
    if config.HOME.exists():
        return bad("Home", f"{config.HOME} cannot be written", "give it to the user who runs Lanka, or set LANKA_HOME")
    return look("Home", f"{config.HOME} is not there yet", "./lanka up makes it")


def key() -> Finding:
    """Who has it reads all providers' secrets; who loses it enters them again."""
    path = config.HOME / "secret.key"
    if config.text("LANKA_SECRET_KEY"):
        return ok("Secret key", "from LANKA_SECRET_KEY")
    if path.exists() and path.stat().st_mode & 0o077:
        return bad("Secret key", f"{path} can be read by others", f"chmod 600 '{path}'")
    return ok("Secret key", f"{path}; `./lanka backup` takes it along")


def disk() -> Finding:
    place = next(folder for folder in (config.HOME, *config.HOME.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    words = f"{free / GIGABYTE:.1f} GB free at {place}"
    if free < GIGABYTE:
        return bad("Disk", words, "make room: PostgreSQL stops when the disk is full, and nothing can be received then")
    return ok("Disk", words) if free > 5 * GIGABYTE else look("Disk", words, "make room before it is less than 1 GB")


def processes() -> Iterator[Finding]:
    if who := running():
        yield ok("Running", who)
        yield pages()
    elif is_free(config.HOST, config.PORT):
        yield ok("Port", f"{config.PORT} is free; Lanka does not run here")
    else:
        yield bad("Port", f"{config.PORT} is taken, and not by the Lanka of this home", "stop that program, or set LANKA_PORT")


def running() -> str:
    """What `up.lock` says while somebody holds it."""
    path = config.HOME / "up.lock"
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.read()
    except OSError:
        return ""
    return ""


def pages() -> Finding:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{config.PORT}/account/login/", timeout=10).close()
    except OSError as error:
        return bad("Pages", f"port {config.PORT} answers with: {error}", "look at what `web` prints; stop and start Lanka")
    return ok("Pages", f"answer on port {config.PORT}")
