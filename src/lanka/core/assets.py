"""Finds the css, js and pictures that lie beside the views in the rooms: `desk/inbox/inbox.css` is `/static/desk/inbox/inbox.css`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

ROOMS = Path(__file__).resolve().parents[1]
KINDS = {".css", ".js", ".svg", ".png", ".webp", ".woff2", ".webmanifest", ".mp3", ".ogg"}


class RoomFinder(BaseFinder):
    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(ROOMS)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = ROOMS / path
        found = file.suffix in KINDS and file.is_file() and ROOMS in file.resolve().parents
        if not found:
            return []  # anything else would count as a match
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for file in sorted(ROOMS.rglob("*")):
            if file.suffix in KINDS:
                yield str(file.relative_to(ROOMS)), self.storage
