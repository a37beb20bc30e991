"""The drop: PDFs in a folder, here or on a print house's server; a manifest last; acks come back in `ack/`.

A file is written under another name and then renamed, so a reader never sees half of one. The manifest is the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from lanka.channels.base import ChannelError, Step, Uncertain
from lanka.channels.letter.handover import Ack
from lanka.channels.letter.piece import Piece

MOST_ACKS = 200  # at one look
LARGEST_ACK = 1024 * 1024


class Shelf(AbstractContextManager["Shelf"], Protocol):
    """A folder here or there. Entering it connects; raises the closed errors only."""

    where: str

    def write(self, name: str, data: bytes) -> None:
        """Under `<name>.part` first, then renamed."""

    def exists(self, name: str) -> bool: ...

    def names(self, folder: str) -> list[str]: ...

    def read(self, name: str, most: int) -> bytes: ...

    def move(self, name: str, to: str) -> None: ...

    def remove(self, name: str) -> None: ...


class Drop:
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def put(self, piece: Piece) -> None:
        with self.shelf as shelf:
            if shelf.exists(piece.manifest_file):
                return  # an earlier try got that far
            shelf.write(piece.file, piece.pdf)
            try:
                shelf.write(piece.manifest_file, piece.manifest())
            except ChannelError as error:
                raise Uncertain(f"the manifest may not have arrived: {error.words}") from error

    def put_batch(self, name: str, pdf: bytes, manifest: bytes, table: bytes) -> None:
        """The manifest last: it is the commit. The same batch again, after a crash, is the same files."""
        with self.shelf as shelf:
            if shelf.exists(f"{name}.json"):
                return
            shelf.write(f"{name}.pdf", pdf)
            shelf.write(f"{name}.csv", table)
            shelf.write(f"{name}.json", manifest)

    def acks(self) -> list[Ack]:
        with self.shelf as shelf:
            found = []
            for name in sorted(n for n in shelf.names("ack") if n.endswith(".json"))[:MOST_ACKS]:
                body = shelf.read(f"ack/{name}", LARGEST_ACK)
                found.append(Ack(name, f"ack:{name}:{hashlib.sha256(body).hexdigest()[:32]}", body))
            return found

    def done(self, ack: Ack) -> None:
        with self.shelf as shelf:
            shelf.move(f"ack/{ack.name}", f"ack/done/{ack.name}")

    def steps(self) -> Iterator[Step]:
        try:
            with self.shelf as shelf:
                yield Step("open the drop", True, shelf.where)
                shelf.write("lanka-test.txt", b"Lanka can write here.\n")
                shelf.remove("lanka-test.txt")
                yield Step("write and rename a file", True)
                yield Step("look for receipts", True, f"{len(shelf.names('ack'))} in ack/")
        except ChannelError as error:
            yield Step("use the drop", False, error.words, "see that the folder exists and that this user may write there")
