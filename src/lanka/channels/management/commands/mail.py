"""`./lanka mail inspect FILE...`: what Lanka understands of mails, one JSON object a line. Needs no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Looks at mails. 'inspect' prints what is understood of each, one JSON object a line."
    requires_system_checks: list[str] = []  # an operator's tool: quick
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["inspect"])
        parser.add_argument("files", nargs="+", metavar="FILE", help="a mail as it came (.eml, .box); '-' reads one from stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for file in options["files"]:
            failed += not self.inspect(file)
        if failed:
            sys.exit(1)

    def inspect(self, file: str) -> bool:
        from lanka.channels.email.look import inspected
        from lanka.channels.errors import NotUnderstood

        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            found = inspected(file, data)
        except (OSError, NotUnderstood) as error:
            self.stderr.write(f"{file}: {error}")
            return False
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        return True
