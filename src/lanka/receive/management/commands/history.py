"""`./lanka history FILE`: what happened elsewhere, onto the timeline."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand
from pydantic import ValidationError

from lanka.receive.history import Line, Past, batches, past_of, take_in


class Command(BaseCommand):
    help = (
        "Takes what happened elsewhere (orders, visits, messages of an old system) from a file with one JSON object a line: at, kind, key, "
        "who, name, language, country, channel, text, data (receive/history.py). Lines that cannot be taken are written to FILE.refused "
        "with the reason. May be stopped with Ctrl-C and started again: what is known already is left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        refused = path.with_name(path.name + ".refused")
        began, new, seen = time.monotonic(), 0, 0
        with path.open(encoding="utf-8") as lines, refused.open("w", encoding="utf-8") as aside:
            reader = Reading(lines, aside)
            for fresh in take_in(batches(reader.past())):
                new, seen = new + fresh, reader.number
                pace = seen / (time.monotonic() - began)
                self.stdout.write(f"{seen:,} lines, {new:,} new, {reader.refused:,} refused, {pace:,.0f}/s")
        if reader.refused:
            self.stdout.write(f"The {reader.refused:,} lines that could not be taken are in {refused}, each with the reason.")
        else:
            refused.unlink()


class Reading:
    """The lines of a file as what happened; those that cannot be are put aside with the reason."""

    def __init__(self, lines: TextIO, aside: TextIO) -> None:
        self.lines, self.aside, self.number, self.refused = lines, aside, 0, 0

    def past(self) -> Iterator[Past]:
        for text in self.lines:
            self.number += 1
            if not text.strip():
                continue
            try:
                yield past_of(Line.model_validate_json(text))
            except ValidationError as error:
                first = error.errors()[0]
                self.refuse(text, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
            except ValueError as error:
                self.refuse(text, str(error))

    def refuse(self, text: str, why: str) -> None:
        self.refused += 1
        self.aside.write(json.dumps({"line": self.number, "why": why, "text": text.rstrip("\n")}, ensure_ascii=False) + "\n")
