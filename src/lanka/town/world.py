"""The town's one process: the devices, the door for the pages, and the stream of customers doing things."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections

from lanka.core.clock import now
from lanka.town import ports
from lanka.town.devices import Device
from lanka.town.devices.browser import Browser
from lanka.town.devices.letterbox import Letterbox
from lanka.town.devices.mailbox import Mailbox
from lanka.town.devices.messenger import Messenger
from lanka.town.devices.phone import Phone
from lanka.town.devices.walk import Walk
from lanka.town.door import serve
from lanka.town.models import Dweller, Item, Pace
from lanka.town.stream import Stream

log = logging.getLogger(__name__)
LOOK = 0.4  # seconds between two looks into the devices


class World:
    def __init__(self) -> None:
        self.phone, self.mailbox, self.letterbox = Phone(), Mailbox(), Letterbox()
        self.browser, self.walk, self.messenger = Browser(), Walk(), Messenger()
        self.devices: dict[str, Device] = {
            "phone": self.phone,
            "mailbox": self.mailbox,
            "letterbox": self.letterbox,
            "browser": self.browser,
            "walk": self.walk,
            "messenger": self.messenger,
        }

    def start(self) -> None:
        """One device that cannot start does not keep the others from it."""
        for name, device in list(self.devices.items()):
            try:
                device.start()
            except Exception:
                log.exception("the town's %s cannot start", name)
                del self.devices[name]

    def stop(self) -> None:
        for device in self.devices.values():
            device.stop()

    def collect(self) -> int:
        return sum(device.collect() for device in self.devices.values())

    def do(self, number: int, verb: str, data: dict[str, Any]) -> None:
        """Raises ValueError, KeyError: it cannot be done."""
        person = Dweller.objects.get(number=number)
        verbs: dict[str, Callable[..., None]] = {
            "sms": self.phone.write,
            "bot": self.messenger.write,
            "mail": self._mail,
            "chat": self.browser.write,
            "leave": self.browser.leave,
            "visit": self.walk.visit,
            "buy": self.walk.buy,
            "fetch": self.walk.fetch,
        }
        verbs[verb](person, **data)

    def _mail(self, person: Dweller, subject: str, text: str, answers: int = 0) -> None:
        self.mailbox.write(person, subject, text, Item.objects.get(pk=answers, dweller=person) if answers else None)


def run(stopping: threading.Event) -> None:
    """Until told to stop."""
    world = World()
    world.start()
    door = serve(world.do, ports.TOWN)
    stream = Stream(world.do)
    try:
        while not stopping.wait(LOOK):
            try:
                close_old_connections()
                world.collect()
                stream.step()
                Pace.objects.update_or_create(pk=1, defaults={"alive_at": now()})
            except DatabaseError as error:
                log.warning("the database does not answer: %s", error)
                stopping.wait(2)
            except Exception:
                log.exception("the town stumbled")
                stopping.wait(1)
    finally:
        door.shutdown()
        world.stop()
