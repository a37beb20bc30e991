"""`lanka web`: the public port, edge and pages in one process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandParser
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from lanka import config
from lanka.core.guard import exit_with_parent

GRACE = 5.0  # seconds for requests that are being answered


async def serve(host: str, port: int) -> None:
    from lanka.asgi import application

    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=20_000),
        backlog=1024,
        websockets=False,
        log_level=LogLevels.warning,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        """Streams would stay open for ever: what is not answered after the grace is cut, browsers come back by themselves."""
        application.close_streams()
        server.stop()  # type: ignore[no-untyped-call]
        threading.Timer(GRACE, os._exit, [0]).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()
    os._exit(0)  # the timer and the pages' threads need not be waited for: every page has been answered


class Command(BaseCommand):
    help = "Serves the public port: pages, webhooks, chat, live streams."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=config.HOST)
        parser.add_argument("--port", type=int, default=config.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        exit_with_parent()
        uvloop.run(serve(options["host"], options["port"]))
