"""Runs several programs under one roof: one stream of output, a dead one starts again, all stop together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from lanka.core.guard import PARENT

GRACE = 10  # seconds from SIGTERM to SIGKILL
LONGEST_WAIT = 5.0
SETTLED = 60  # a program that lived this long starts again at once
COLOURS = (36, 33, 35, 32, 34)


@dataclass(frozen=True)
class Program:
    """What to run. Its command calls `guard.exit_with_parent()` first."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One program through all its lives. Leads a group of its own: a Ctrl-C in the terminal reaches the supervisor only."""

    def __init__(self, program: Program, prefix: str) -> None:
        self.program, self.prefix = program, prefix
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.due = 0.0
        self.wait = 0.5

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env, PARENT: str(os.getpid())},
            start_new_session=True,
        )
        threading.Thread(target=copy, args=(self.process.stdout, self.prefix), daemon=True).start()

    def look(self) -> None:
        """Notices a death and starts the program again, later each time."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.tell(signal.SIGKILL)  # what it left behind
            self.wait = 0.5 if now - self.started > SETTLED else min(self.wait * 2, LONGEST_WAIT)
            self.due = now + self.wait
            write(f"{self.prefix}ended ({code}); starts again in {self.wait:.0f} s\n")
            self.process = None

    def tell(self, number: signal.Signals) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def gone(self) -> bool:
        return self.process is None or self.process.poll() is not None


class Supervisor:
    """`run` returns after SIGTERM, SIGINT or SIGHUP. A second signal does not wait for anybody."""

    def __init__(self, programs: Sequence[Program], *, keep: Callable[[], None] = lambda: None) -> None:
        width = max((len(program.name) for program in programs), default=0)
        self.children = [Child(program, prefix(program.name, width, number)) for number, program in enumerate(programs)]
        self.keep = keep
        self.asked = 0

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        try:
            for child in self.children:
                child.start()
            threading.Thread(target=ready, daemon=True).start()
            while not self.asked:
                time.sleep(0.2)
                self.keep()
                for child in self.children:
                    child.look()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        for child in self.children:
            child.tell(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while time.monotonic() < until and self.asked < 2 and not all(child.gone() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            if not child.gone():
                write(f"{child.prefix}did not stop within {GRACE} s; killed\n")
            child.tell(signal.SIGKILL)

    def _ask(self, *_: Any) -> None:
        self.asked += 1


def prefix(name: str, width: int, number: int) -> str:
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\033[{COLOURS[number % len(COLOURS)]}m{name:<{width}} |\033[0m "
    return f"{name:<{width}} | "


def copy(stream: IO[bytes] | None, prefix: str) -> None:
    assert stream
    for line in stream:
        write(prefix + line.decode(errors="replace"))


def write(words: str) -> None:
    """One line at a time, whole: several threads write."""
    with suppress(OSError, ValueError):
        sys.stdout.write(words if words.endswith("\n") else words + "\n")
        sys.stdout.flush()
