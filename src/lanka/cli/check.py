"""`./lanka check`: what CI checks besides the tests. Every step runs, each is timed, one failure fails all."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lanka.cli.checks import channels, docs, kinds, messages, pins, sizes, templates

ROOT = Path(__file__).resolve().parents[3]
Complaints = list[str]


@dataclass(frozen=True)
class Result:
    name: str
    complaints: Complaints
    seconds: float


def tool(*words: str) -> Callable[[], Complaints]:
    """A program that prints what is wrong and exits with 1."""

    def run() -> Complaints:
        command = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return (result.stdout + result.stderr).strip().splitlines() if result.returncode else []

    return run


def django(*words: str) -> Callable[[], Complaints]:
    """A management command of Django's, without a database."""
    return tool("python", "-W", "ignore", "-m", "django", *words)


STEPS: dict[str, Callable[[], Complaints]] = {
    "types": tool("mypy", "src/lanka"),
    "lint": tool("ruff", "check", "--output-format", "concise", "src", "tests", "bench"),
    "format": tool("ruff", "format", "--check", "--output-format", "concise", "src", "tests", "bench"),
    "floors": tool("lint-imports", "--no-cache", "--no-logo"),
    "names": lambda: sizes.names(ROOT),
    "sizes": lambda: sizes.sizes(ROOT),
    "kinds": lambda: kinds.check(ROOT),
    "pins": lambda: pins.check(ROOT),
    "templates": lambda: templates.check(ROOT),
    "docs": lambda: docs.check(ROOT),
    "django": django("check", "--fail-level", "WARNING"),
    "migrations": django("makemigrations", "--check", "--dry-run"),
    "messages": messages.check,
    "channels": channels.check,
}


def run(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./lanka check", description="Steps: " + ", ".join(STEPS))
    parser.add_argument("steps", nargs="*", metavar="STEP", help="only these")
    options = parser.parse_args(argv)
    if unknown := set(options.steps) - set(STEPS):
        parser.error(f"no such step: {', '.join(sorted(unknown))}")
    prepare_environment()
    chosen = options.steps or list(STEPS)
    with ThreadPoolExecutor(2) as pool:
        results = list(map(report, pool.map(timed, chosen)))
    bad = [result.name for result in results if result.complaints]
    print(f"\nFailed: {', '.join(bad)}" if bad else f"\nAll {len(results)} steps are fine.")
    return 1 if bad else 0


def prepare_environment() -> None:
    os.environ["LANKA_HOME"] = str(ROOT / ".lanka" / "check")
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")  # no step asks a database


def timed(name: str) -> Result:
    start = time.monotonic()
    complaints = STEPS[name]()
    return Result(name, complaints, time.monotonic() - start)


def report(result: Result) -> Result:
    print(f"{'FAIL' if result.complaints else 'ok':<5}{result.name:<12}{result.seconds:6.1f} s", flush=True)
    for line in result.complaints[:200]:
        print(f"     {line}")
    return result
