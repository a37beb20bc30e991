"""`lanka work`: understands, sends, keeps the clocks."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from lanka.core.guard import exit_with_parent
from lanka.receive.work import work


async def run() -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await work(stopping)


class Command(BaseCommand):
    help = "Understands what arrived, sends what is planned, wakes what is due."

    def handle(self, *args: Any, **options: Any) -> None:
        exit_with_parent()
        asyncio.run(run())
