"""How far a batch came, written beside the database: one line before each hand-over, one after it.

A batch's attempts are committed together before it begins. When the sender is killed in the middle, this file tells which of them were
never begun (they go out, nothing happened), which were answered (they are settled), and which one was in hand: that alone is uncertain.
The lines are in the kernel's hands at once, so they survive `kill -9` of sender and database; after a crash of the machine (another
boot) the file is not believed, and everything that was claimed is uncertain.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from psutil import NoSuchProcess, Process

from lanka import config

Key = tuple[int, int]  # delivery, number of the attempt


@cache
def boot() -> str:
    """This start of this machine, and whose process numbers these are: containers of one machine have their own."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()[:36]}.{space}"
    except OSError:
        return ""  # no such system: journals are never believed


@cache
def _process(pid: int) -> str:
    return f"{boot()}/{pid}/{int(Process(pid).create_time())}"


def worker() -> str:
    """This thread of this process of this boot, so that nobody takes a later one with its number for it."""
    return f"{_process(os.getpid())}/{threading.get_native_id()}"


def alive(name: str) -> bool | None:
    """None: it lived on another machine, or before this one started; nobody here knows."""
    machine, pid, since, *_ = [*name.split("/"), "", "", ""]
    if not machine or machine != boot():
        return None
    try:
        return int(Process(int(pid)).create_time()) == int(since)
    except (NoSuchProcess, ValueError):
        return False


def folder() -> Path:
    return config.HOME / "outbox"


def file_of(name: str) -> Path:
    return folder() / f"{name.replace('/', '_')}.log"


class Journal(threading.local):
    """Of this thread. `began` must have returned before the provider is called."""

    file: int = -1
    of: str = ""

    def _open(self) -> int:
        if self.of != worker() or not file_of(self.of).exists():
            folder().mkdir(parents=True, exist_ok=True)
            self.of = worker()
            self.file = os.open(file_of(self.of), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self.file

    def begin(self) -> None:
        """Before a batch. What stands here of an earlier one was not settled, and stays."""
        self._open()

    def done(self) -> None:
        """All that stands here is settled."""
        os.ftruncate(self.file, 0)

    def began(self, delivery: int, attempt: int) -> None:
        os.write(self.file, b"b %d %d\n" % (delivery, attempt))

    def ended(self, delivery: int, attempt: int, said: dict[str, Any]) -> None:
        os.write(self.file, f"e {delivery} {attempt} {json.dumps(said)}\n".encode())


journal = Journal()


@dataclass(slots=True)
class Told:
    """What a journal says: what was begun, and what the provider answered."""

    began: set[Key] = field(default_factory=set)
    ended: dict[Key, dict[str, Any]] = field(default_factory=dict)


def read(name: str) -> Told | None:
    """None: there is none that may be believed."""
    if alive(name) is None or not (path := file_of(name)).exists():
        return None
    told = Told()
    for line in path.read_text(errors="replace").splitlines():
        what, _, rest = line.partition(" ")
        words = rest.split(" ", 2)
        if what == "b" and len(words) == 2:
            told.began.add((int(words[0]), int(words[1])))
        elif what == "e" and len(words) == 3:
            told.ended[int(words[0]), int(words[1])] = json.loads(words[2])
    return told


def sweep() -> None:
    """Away with the journals of the dead. Only when nothing of theirs is still claimed: the caller knows."""
    for path in folder().glob("*.log") if folder().is_dir() else ():
        if not alive(path.stem.replace("_", "/")):
            path.unlink(missing_ok=True)
