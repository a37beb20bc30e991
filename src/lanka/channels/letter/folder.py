"""A drop folder on this machine, below LANKA_HOME."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from lanka import config
from lanka.channels.base import Misconfigured, Unavailable
from lanka.channels.letter.drop import Shelf


def drop_folder(name: str) -> Path:
    """Raises Misconfigured when the name leads out of Lanka's own folder."""
    home = config.HOME.resolve()
    path = (home / name).resolve()
    if home not in path.parents:
        raise Misconfigured(f"{name} is not below {home}")
    return path


class Folder(Shelf):
    def __init__(self, name: str) -> None:
        self.root = drop_folder(name)
        self.where = str(self.root)

    def __enter__(self) -> Folder:
        try:
            (self.root / "ack" / "done").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(f"{self.root} cannot be made: {error.strerror}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def write(self, name: str, data: bytes) -> None:
        part = self.root / f"{name}.part"
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.rename(self.root / name)
        except OSError as error:
            raise Unavailable(f"{self.root / name} cannot be written: {error.strerror}") from error

    def exists(self, name: str) -> bool:
        return (self.root / name).exists()

    def names(self, folder: str) -> list[str]:
        return [one.name for one in (self.root / folder).iterdir() if one.is_file()]

    def read(self, name: str, most: int) -> bytes:
        with (self.root / name).open("rb") as file:
            return file.read(most)

    def move(self, name: str, to: str) -> None:
        (self.root / name).replace(self.root / to)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)
