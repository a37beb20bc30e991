"""Starts the processes of one machine and stays until they are told to stop. Shared by `up` and `demo`."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from lanka import config
from lanka.cli.demo import is_free, next_free
from lanka.cli.manage import own_commands, use
from lanka.cli.prepare import WELCOME
from lanka.core.database import ensure_database
from lanka.core.guard import PARENT
from lanka.core.postgres import Embedded, NoDatabase
from lanka.core.processes import Program, Supervisor


def start(names: Sequence[str], opened: Callable[[str], object] | None = None) -> int:
    """Runs the named management commands that exist. `opened` gets the address once the pages answer."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, interrupt)  # until the supervisor takes over: leave by the same door as Ctrl-C
    with only_one(config.HOME):
        check_port()
        server = None if config.DATABASE_URL else Embedded(config.HOME)
        try:
            prepare(server)
            supervisor = Supervisor([program(name) for name in names if name in own_commands()], keep=lambda: keep(server))
            supervisor.run(ready=lambda: when_ready(opened))
        except KeyboardInterrupt:
            return 130
        finally:
            if server:
                server.stop()
    say("Stopped.")
    return 0


def prepare(server: Embedded | None) -> None:
    if server:
        say(f"PostgreSQL: ours, in {config.HOME}")
        server.start()
        ensure_database(server.url())
        use(server.url())
    else:
        say("PostgreSQL: the one of DATABASE_URL")
        ensure_database(config.DATABASE_URL)
    environment = {**os.environ, PARENT: str(os.getpid())}
    if subprocess.run([sys.executable, "-m", "lanka", "prepare"], check=False, env=environment).returncode:
        raise SystemExit("lanka: could not get ready (see above); `./lanka doctor` may know more.")


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def program(name: str) -> Program:
    return Program(name, [sys.executable, "-m", "lanka", name])


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Two at work in one home would fight over the port and the database."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / "up.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        who = os.read(descriptor, 200).decode()
        raise SystemExit(f"lanka: it runs already in {home}: {who}. Stop that one first, or choose another LANKA_HOME.") from None
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}, {config.PUBLIC_URL}".encode())
        yield
    finally:
        os.close(descriptor)


def check_port() -> None:
    if not is_free(config.HOST, config.PORT):
        free = next_free(config.PORT + 1)
        raise SystemExit(f"lanka: port {config.PORT} is taken by another program. Stop that, or choose another: ./lanka up --port {free}")


def when_ready(opened: Callable[[str], object] | None) -> None:
    """Says so once the pages answer."""
    address = f"http://localhost:{config.PORT}/" if config.HOST in ("127.0.0.1", "0.0.0.0", "::", "localhost") else f"{config.PUBLIC_URL}/"  # noqa: S104
    if "web" not in own_commands() or not answers(address, seconds=120):
        return
    say(f"\nLanka is ready: {config.PUBLIC_URL}\n")
    with suppress(OSError):
        if config.DEMO:
            say((config.HOME / WELCOME).read_text())
    say("Ctrl-C stops everything.\n")
    if opened:
        opened(address)


def answers(address: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 (our own http address)
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def keep(server: Embedded | None) -> None:
    """An ordinary PostgreSQL looks after itself. Ours is started again, for ever: a full disk may be emptied."""
    try:
        if server:
            server.keep()
    except NoDatabase as error:
        say(f"{error}\nTrying again in 2 s.")
        time.sleep(2)


def say(words: str) -> None:
    print(words, flush=True)
