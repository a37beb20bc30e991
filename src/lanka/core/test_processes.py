"""The supervisor with real children: one output, restarts, a clean stop, and no orphan after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

PARENT = """
    import sys
    from pathlib import Path
    from lanka.core.processes import Program, Supervisor
    here = Path({here!r})
    def program(name):
        return Program(name, [sys.executable, str(here / "child.py"), name])
    Supervisor([program(name) for name in {names!r}]).run(ready=lambda: print("ready", flush=True))
    print("stopped", flush=True)
"""
CHILD = """
    import os, signal, subprocess, sys, time
    from pathlib import Path
    from lanka.core.guard import exit_with_parent
    exit_with_parent(grace=1)
    name, here = sys.argv[1], Path(__file__).parent
    if name == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if name == "mother":
        subprocess.Popen([sys.executable, __file__, "deaf"])
    with (here / f"{name}.pids").open("a") as file:
        print(os.getpid(), file=file)
    print("hello", flush=True)
    if name == "short":
        sys.exit(3)
    time.sleep(600)
"""


class Family:
    """A supervisor and its children, in files of this test's own folder."""

    def __init__(self, here: Path, *names: str) -> None:
        self.here = here
        (here / "child.py").write_text(textwrap.dedent(CHILD))
        code = textwrap.dedent(PARENT.format(here=str(here), names=names))
        self.output = here / "output"
        with self.output.open("wb") as out:
            self.parent = subprocess.Popen([sys.executable, "-c", code], stdout=out, stderr=out, start_new_session=True)

    def pids(self, name: str) -> list[int]:
        file = self.here / f"{name}.pids"
        return [int(word) for word in file.read_text().split()] if file.exists() else []

    def alive(self) -> list[psutil.Process]:
        mine = str(self.here / "child.py")
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            if mine in (process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def said(self) -> str:
        return self.output.read_text()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Callable[..., Family]]:
    made: list[Family] = []

    def make(*names: str) -> Family:
        made.append(Family(tmp_path, *names))
        for name in names:
            eventually(lambda name=name: made[-1].pids(name))
        return made[-1]

    yield make
    for one in made:
        for process in [*one.alive(), one.parent]:
            process.kill()
        one.parent.wait()


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)


def test_each_line_says_who_spoke(family: Callable[..., Family]) -> None:
    both = family("web", "work")
    eventually(lambda: "web  | hello" in both.said() and "work | hello" in both.said())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_all(family: Callable[..., Family], number: signal.Signals) -> None:
    both = family("web", "work")
    both.parent.send_signal(number)
    assert both.parent.wait(20) == 0
    assert both.alive() == []
    assert both.said().endswith("stopped\n")


def test_one_that_ends_is_started_again_later_each_time(family: Callable[..., Family]) -> None:
    short = family("short")
    eventually(lambda: len(short.pids("short")) >= 2)
    assert "short | ended (3); starts again in 1 s" in short.said()
    eventually(lambda: "starts again in 2 s" in short.said())


@pytest.mark.crash
def test_a_killed_child_is_started_again_alone(family: Callable[..., Family]) -> None:
    both = family("web", "work")
    os.kill(both.pids("web")[0], signal.SIGKILL)
    eventually(lambda: len(both.pids("web")) == 2)
    assert len(both.pids("work")) == 1


@pytest.mark.crash
def test_no_orphan_after_kill_of_the_parent_not_even_a_grandchild_that_ignores_it(family: Callable[..., Family]) -> None:
    house = family("web", "deaf", "mother")
    eventually(lambda: len(house.pids("deaf")) == 2)
    house.parent.kill()
    house.parent.wait()
    eventually(lambda: house.alive() == [])


def test_the_second_signal_waits_for_nobody(family: Callable[..., Family]) -> None:
    deaf = family("deaf")
    start = time.monotonic()
    deaf.parent.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    deaf.parent.send_signal(signal.SIGTERM)
    assert deaf.parent.wait(20) == 0
    assert time.monotonic() - start < 5
    assert deaf.alive() == []
