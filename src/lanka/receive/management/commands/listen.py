"""`lanka listen`: the protocol listeners and pollers."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from lanka.core.guard import exit_with_parent
from lanka.receive.listeners import listen


async def run() -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await listen(stopping)


class Command(BaseCommand):
    help = "Listens to and polls the channels that need it: mail, SMS centres, print houses."

    def handle(self, *args: Any, **options: Any) -> None:
        exit_with_parent()
        asyncio.run(run())
