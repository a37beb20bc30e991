"""Their phones, and the operator that connects them: SMPP on this machine."""

from __future__ import annotations

from uuid import uuid4

from lanka.channels.sms.fake import Fake
from lanka.town import ports
from lanka.town.dwellers import arrived, did
from lanka.town.lines import PASSWORD, SMS_NUMBER
from lanka.town.models import Dweller, Kind


class Phone:
    def __init__(self, smpp_port: int = ports.SMPP) -> None:
        self.operator = Fake(system_id="lanka", password=PASSWORD, smpp_port=smpp_port)
        self.taken: dict[str, int] = {}
        self.run = uuid4().hex[:8]  # keys of this process's messages

    def start(self) -> None:
        self.operator.start()

    def stop(self) -> None:
        self.operator.stop()

    def collect(self) -> int:
        found = 0
        for number, messages in list(self.operator.phones.items()):
            person = Dweller.objects.filter(phone=number).first()
            for n in range(self.taken.get(number, 0), len(messages)):
                self.taken[number] = n + 1
                if person:
                    message = messages[n]
                    key = f"{self.run}:{number}:{n}"
                    found += bool(
                        arrived(person, Kind.SMS, key, text=message.text, data={"from": message.sender, "segments": message.segments})
                    )
        return found

    def write(self, person: Dweller, text: str) -> None:
        """Raises ValueError when they have no phone."""
        if not person.phone:
            raise ValueError("no phone")
        self.operator.send(person.phone, SMS_NUMBER, text)
        did(person, Kind.SMS, uuid4().hex, text=text)
