"""One letter ready for the printer, and what is told about it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    id: str  # the message's own id
    number: str  # as the DataMatrix says it; also the files' name
    pdf: bytes
    pages: int
    sheets: int
    country: str
    postcode: str
    envelope: str
    colour: bool
    duplex: bool
    at: datetime

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def file(self) -> str:
        return f"{self.number}.pdf"

    @property
    def manifest_file(self) -> str:
        return f"{self.number}.json"

    def manifest(self) -> bytes:
        """Written last: a PDF without it is not there yet. The piece's number is the key: a second one is not printed again."""
        told: dict[str, Any] = {
            "version": 1,
            "piece": self.number,
            "id": self.id,
            "file": self.file,
            "sha256": self.sha256,
            "pages": self.pages,
            "sheets": self.sheets,
            "country": self.country,
            "postcode": self.postcode,
            "envelope": self.envelope,
            "colour": self.colour,
            "duplex": self.duplex,
            "made_at": self.at.isoformat(timespec="seconds"),
        }
        return json.dumps(told, indent=1).encode()
