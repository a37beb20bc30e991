"""`./lanka doctor`: what is wrong, and how to mend it. Changes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple


class Health(Enum):
    OK = "ok"
    LOOK = "look"
    BAD = "BAD"


class Finding(NamedTuple):
    name: str
    health: Health
    words: str
    mend: str = ""


def run(argv: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="./lanka doctor", description="Says what is wrong, and how to mend it.").parse_args(argv)
    worst = Health.OK
    for finding in examine():
        print(f"{finding.health.value:<5}{finding.name:<14}{finding.words}", flush=True)
        if finding.mend and finding.health is not Health.OK:
            print(f"{'':19}→ {finding.mend}")
        if finding.health is Health.BAD:
            worst = Health.BAD
    print("\nSomething is wrong; the arrows say how to mend it." if worst is Health.BAD else "\nAll is well.")
    return 1 if worst is Health.BAD else 0


def examine() -> Iterator[Finding]:
    from lanka.cli import doctor_database, doctor_machine

    yield from doctor_machine.examine()
    yield from doctor_database.examine()


def ok(name: str, words: str) -> Finding:
    return Finding(name, Health.OK, words)


def look(name: str, words: str, mend: str = "") -> Finding:
    return Finding(name, Health.LOOK, words, mend)


def bad(name: str, words: str, mend: str) -> Finding:
    return Finding(name, Health.BAD, words, mend)
