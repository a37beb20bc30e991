"""No orphans: processes that end with their parent, however the parent ends.

Two halves. `exit_with_parent()` is called by a child of the supervisor. Run as a script, this file is the guard: a tiny
process that keeps one PostgreSQL server alive and lets it not outlive the guard's parent, not even after kill -9.
It imports nothing of Lanka, so that it starts in a moment and stays small.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARENT = "LANKA_PARENT"
LOOK = 0.2  # seconds between two looks at parent and child


def exit_with_parent(grace: float = 10) -> None:
    """Ends this process (SIGTERM, after `grace` seconds the hard way) once the supervisor that started it is gone.

    Does nothing when no supervisor started it. A child that calls this too watches this process in turn.
    """
    parent = int(os.environ.get(PARENT) or 0)
    if not parent:
        return
    os.environ[PARENT] = str(os.getpid())
    threading.Thread(target=_watch, args=(parent, grace), name="exit-with-parent", daemon=True).start()


def _watch(parent: int, grace: float) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    _tell_own_group(signal.SIGTERM)
    time.sleep(grace)
    _tell_own_group(signal.SIGKILL)


def _tell_own_group(number: signal.Signals) -> None:
    if os.getpgrp() == os.getpid():  # what this process started goes with it
        os.killpg(os.getpgrp(), number)
    else:
        os.kill(os.getpid(), number)


@dataclass
class Plan:
    """What the guard is told by its parent, as JSON in argv[1]."""

    argv: list[str]
    data: str
    log: str
    lock: str
    parent: int
    user: int | None
    group: int | None


class Guard:
    """Speaks one word on stdout: `ready`, `busy` (another guard has this server) or `failed`."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.server: subprocess.Popen[bytes] | None = None
        self.stop_with: signal.Signals | None = None
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked)

    def run(self) -> int:
        lock = os.open(self.plan.lock, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("busy")
            return 0
        settle(self.plan.data)
        if not self._start():
            say("failed")
            return 1
        say("ready")
        self._keep()
        self._stop()
        return 0

    def _asked(self, *_: Any) -> None:
        self.stop_with = signal.SIGINT

    def _start(self) -> bool:
        """True when the server takes connections. Recovery after a crash may take its time, so there is no limit."""
        log = Path(self.plan.log)
        with log.open("ab") as out:
            self.server = subprocess.Popen(
                self.plan.argv,
                cwd=self.plan.data,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                user=self.plan.user,
                group=self.plan.group,
                extra_groups=[] if self.plan.user is not None else None,
                preexec_fn=die_with_guard(),  # noqa: PLW1509 (the guard has one thread)
            )
        while self.server.poll() is None:
            if is_ready(self.plan.data, self.server.pid):
                return True
            if self._parent_gone(0.02):
                return True  # _keep and _stop see to it
        return False

    def _keep(self) -> None:
        """Starts the server again whenever it died, until the parent says stop or is gone."""
        wait = 0.5
        while not self._parent_gone(LOOK):
            assert self.server
            if self.server.poll() is None:
                continue
            print(f"postgres ended ({self.server.returncode}); starting it again", file=sys.stderr, flush=True)
            settle(self.plan.data)
            if self._start():
                wait = 0.5
            elif not self._parent_gone(wait):
                wait = min(wait * 2, 30)

    def _parent_gone(self, seconds: float) -> bool:
        """The parent writes `stop`; a closed pipe or another parent means that it is gone without a word."""
        if self.stop_with is None and select.select([0], [], [], seconds)[0]:
            self.stop_with = signal.SIGINT if os.read(0, 100) else signal.SIGTERM
        elif self.stop_with is None and os.getppid() != self.plan.parent:
            self.stop_with = signal.SIGTERM
        return self.stop_with is not None

    def _stop(self) -> None:
        """Asked: at once (SIGINT). Parent gone: its other children get three seconds to finish what they write (SIGTERM)."""
        assert self.server
        for number, seconds in ((self.stop_with or signal.SIGINT, 3), (signal.SIGINT, 30), (signal.SIGQUIT, 10)):
            if self.server.poll() is None:
                self.server.send_signal(number)
                try:
                    self.server.wait(30 if number == signal.SIGINT else seconds)
                except subprocess.TimeoutExpired:
                    continue
        settle(self.plan.data)


def die_with_guard() -> Callable[[], None] | None:
    """Linux: the kernel tells the server (SIGINT) when the guard dies. Elsewhere the next start settles it."""
    if sys.platform != "linux":
        return None
    import ctypes  # now, for the server's user may not be allowed to read Python's files

    libc, number = ctypes.CDLL(None), int(signal.SIGINT)

    def ask_the_kernel() -> None:
        libc.prctl(1, number)  # PR_SET_PDEATHSIG; runs after setuid, which would clear it

    return ask_the_kernel


def is_ready(data: str, pid: int) -> bool:
    try:
        lines = (Path(data) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def servers(data: str) -> list[Any]:
    """All postgres processes of this data folder: each has it as its current folder, also after its parent is dead."""
    import psutil

    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.status() != "zombie" and Path(process.cwd()) == Path(data):
                found.append(process)
        except psutil.Error:
            continue
    return found


def settle(data: str) -> None:
    """Waits until no process of an earlier server of this folder is left: they hold its shared memory. Then the lock file may go.

    Backends of a killed server notice within moments unless they are in the middle of a long computation.
    """
    import psutil

    for number, seconds in ((None, 2), (signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        left = servers(data)
        for process in left if number else ():
            try:
                process.send_signal(number)
            except psutil.Error:
                continue
        if not psutil.wait_procs(left, timeout=seconds)[1] and not servers(data):
            break
    (Path(data) / "postmaster.pid").unlink(missing_ok=True)


def say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    sys.exit(Guard(Plan(**json.loads(sys.argv[1]))).run())
