"""Their letterboxes: the print house fetches from the drop folder, prints, and the post brings it."""

from __future__ import annotations

from lanka.channels.letter.fake import Fake, Printed
from lanka.town import ports
from lanka.town.dwellers import arrived
from lanka.town.models import Dweller, Kind


class Letterbox:
    def __init__(self, folder: str = ports.PRINTER) -> None:
        self.house = Fake(folder, post_after=6.0)
        self.taken: set[str] = set()

    def start(self) -> None:
        self.house.start()

    def stop(self) -> None:
        self.house.stop()

    def collect(self) -> int:
        found = 0
        for letter in self.house.letters:
            if letter.state == "posted" and letter.number not in self.taken:
                self.taken.add(letter.number)
                person = recipient(letter)
                found += bool(person and arrived(person, Kind.LETTER, letter.number, body=letter.pdf, data={"pages": letter.pages}))
        return found


def recipient(letter: Printed) -> Dweller | None:
    """By the name and street that show in the window."""
    same_name = Dweller.objects.filter(name__iexact=letter.name)
    streets = {line.casefold() for line in letter.lines[1:]}
    return next((one for one in same_name if str(one.about["street"]).casefold() in streets), same_name.first())
