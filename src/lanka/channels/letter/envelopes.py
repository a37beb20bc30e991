"""Window envelopes: records of `envelopes.json`, and the boxes on the sheet that follow from them.

All in millimetres on the A4 sheet from its top left corner. The folded sheet is smaller than the envelope and slides in
it, so there are two boxes: what shows wherever it lies (`always`), and what may show (`keep_out`: the address only).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MARK = 10.8  # side of the DataMatrix: 18 modules of 0.6; under 10 mm scanners begin to fail
QUIET = 1.2  # empty paper around it, two modules
INSET = 0.8  # the address stays this far from the edge of what shows
LEAST_LINE = 2.6  # of the smallest type in the window, its distance included
MARGIN = 20  # of the letter's text, left


@dataclass(frozen=True, slots=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def holds(self, other: Box) -> bool:
        return self.x0 <= other.x0 and self.y0 <= other.y0 and self.x1 >= other.x1 and self.y1 >= other.y1

    def meets(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


@dataclass(frozen=True, slots=True)
class Envelope:
    id: str
    country: str
    name: str
    size: tuple[float, float]
    window: tuple[float, float, float, float]  # left, top, width, height on the envelope
    sheet: tuple[float, float]  # folded
    folds: tuple[float, ...]
    sheets: int  # at most this many in one
    confirmed: bool  # False: from stock sizes, test with paper before the first thousand
    source: str
    spare: float = 0  # extra caution on every side where the measures are not confirmed
    slides: bool = True
    address_x: float = 0  # where the standard wants the text to begin; 0 = at the letter's margin
    address_y: float = 0
    mark: tuple[float, float] | None = None  # top left of the DataMatrix; None = in the window, at its right

    @property
    def always(self) -> Box:
        left, top, width, height = self.window
        sx, sy = self._slack
        s = self.spare
        return Box(left + s, top + s, left + width - sx - s, top + height - sy - s)

    @property
    def keep_out(self) -> Box:
        left, top, width, height = self.window
        sx, sy = self._slack
        s = self.spare
        return Box(max(0, left - sx - s), max(0, top - sy - s), left + width + s, top + height + s)

    @property
    def _slack(self) -> tuple[float, float]:
        return (self.size[0] - self.sheet[0], self.size[1] - self.sheet[1]) if self.slides else (0, 0)

    @property
    def on_the_right(self) -> bool:
        return self.always.x0 > 90

    @property
    def mark_box(self) -> Box:
        if self.mark:
            x, y = self.mark
        else:
            x = self.always.x1 - QUIET - MARK
            y = max(self.always.y0 + INSET, self.address_y) + 0.9  # its top in line with the capitals of the name
        return Box(x, y, x + MARK, y + MARK)

    @property
    def address_box(self) -> Box:
        """Where the address lines go: what always shows, less the mark and a breath of paper."""
        a = self.always
        left = self.address_x or (a.x0 + 2 if self.on_the_right else max(MARGIN, a.x0 + INSET))
        right = a.x1 - INSET if self.mark else self.mark_box.x0 - QUIET
        return Box(left, max(self.address_y, a.y0 + INSET), right, a.y1 - INSET)

    @property
    def lines(self) -> int:
        """As many as can still be read by a sorting machine; an address has seven at most."""
        return min(7, max(5, int(self.address_box.height / LEAST_LINE)))


def _read(record: dict[str, object]) -> Envelope:
    return Envelope(**{k: tuple(v) if isinstance(v, list) else v for k, v in record.items()})  # type: ignore[arg-type]


@cache
def all_envelopes() -> dict[str, Envelope]:
    records = json.loads((Path(__file__).parent / "envelopes.json").read_text())
    return {one.id: one for one in map(_read, records)}


def envelope(id: str) -> Envelope:
    """Raises KeyError."""
    return all_envelopes()[id]
