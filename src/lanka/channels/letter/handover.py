"""How a letter leaves the house, and how word of it comes back. One protocol, three ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lanka.channels.base import Step
from lanka.channels.letter.piece import Piece
from lanka.channels.letter.settings import Settings

if TYPE_CHECKING:
    from lanka.channels.letter.drop import Drop


@dataclass(frozen=True, slots=True)
class Ack:
    """A receipt as it came. `name` is what `done` takes; `key` makes it one however often it is fetched."""

    name: str
    key: str
    body: bytes


class Handover(Protocol):
    def put(self, piece: Piece) -> None:
        """Raises Unavailable, Misconfigured, Uncertain, Throttled. The same piece twice is one letter."""

    def acks(self) -> list[Ack]: ...

    def done(self, ack: Ack) -> None: ...

    def steps(self) -> Iterator[Step]: ...


def handover(settings: Settings) -> Handover:
    if settings.mode == "printer":
        from lanka.channels.letter.ipp import Printer

        return Printer(settings)
    return file_drop(settings)


def file_drop(settings: Settings) -> Drop:
    """A folder here or on the print house's server."""
    from lanka.channels.letter.drop import Drop, Shelf
    from lanka.channels.letter.folder import Folder
    from lanka.channels.letter.sftp import Remote

    shelf: Shelf = Remote(settings) if settings.mode == "sftp" else Folder(settings.folder)
    return Drop(shelf)
