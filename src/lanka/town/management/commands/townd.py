from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lanka import config
from lanka.core.guard import exit_with_parent
from lanka.town.world import run


class Command(BaseCommand):
    help = "The simulated outside world of the demo: phones, mailboxes, letterboxes, and people who use them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not config.DEMO:
            raise CommandError("The town lives in the demo only: LANKA_DEMO=1.")
        exit_with_parent()
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every word
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        run(stopping)
