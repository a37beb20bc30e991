"""The other app on their phones: a Bot API server on this machine, and the company's bot in it."""

from __future__ import annotations

from uuid import uuid4

from lanka.channels.telegram.fake import Fake
from lanka.town import ports
from lanka.town.dwellers import arrived, did
from lanka.town.lines import BOT
from lanka.town.models import Dweller, Kind
from lanka.town.people import telegram_id


def hung_up(request: object, address: object) -> None:
    """A poller that stops while it waits is nothing to tell."""


class Messenger:
    def __init__(self, port: int = ports.BOTS) -> None:
        self.server = Fake(token=BOT, port=port)
        self.taken: dict[int, int] = {}
        self.run = uuid4().hex[:8]

    def start(self) -> None:
        self.server.start()
        self.server.web.handle_error = hung_up  # type: ignore[method-assign, assignment]

    def stop(self) -> None:
        self.server.stop()

    def collect(self) -> int:
        found = 0
        for user, messages in list(self.server.phones.items()):
            person = Dweller.objects.filter(number=(user - telegram_id(0)) // 100).first()
            for n in range(self.taken.get(user, 0), len(messages)):
                self.taken[user] = n + 1
                said = messages[n]
                if person and "from" not in said:  # from the bot
                    text = str(said.get("text") or said.get("caption") or said.get("file_name") or "")
                    found += bool(arrived(person, Kind.BOT, f"{self.run}:{user}:{n}", text=text))
        return found

    def write(self, person: Dweller, text: str) -> None:
        """Raises ValueError when they have no phone to use it on."""
        if not person.phone:
            raise ValueError("no phone")
        self.server.write(telegram_id(person.number), name=person.name, text=text)
        did(person, Kind.BOT, uuid4().hex, text=text)
