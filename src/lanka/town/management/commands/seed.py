from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lanka import config
from lanka.town.seed import seed


class Command(BaseCommand):
    help = "Writes the demo company, its customers and their two years into an empty database."
    requires_system_checks: list[str] = []  # it runs while the rest is still being prepared

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=300, help="how many customers (default 300)")

    def handle(self, *args: Any, people: int, **options: Any) -> None:
        if not config.DEMO:
            raise CommandError("This writes invented people with a known password. Set LANKA_DEMO=1 if that is what you want.")
        if not seed(people, self.stdout.write):
            self.stdout.write("  there already")
