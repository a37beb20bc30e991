"""`lanka web`: the public port, edge and pages in one process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandParser
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from lanka import config
from lanka.core.guard import exit_with_parent


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
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, server.stop)
    await server.serve()


class Command(BaseCommand):
    help = "Serves the public port: pages, webhooks, chat, live streams."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=config.HOST)
        parser.add_argument("--port", type=int, default=config.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        exit_with_parent()
        uvloop.run(serve(options["host"], options["port"]))
