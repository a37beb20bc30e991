"""Before a letter leaves: does the window show the address, all of it, and nothing else? Measured on the picture of page 1."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PIL import Image

from lanka.channels.base import Refused
from lanka.channels.letter.envelopes import Box, Envelope
from lanka.channels.letter.raster import A4, region, text_in

DPI = 150
INK = 200  # a pixel darker than this is ink
PER_MM = DPI / 25.4


def inspect(pdf: bytes, envelope: Envelope, lines: Sequence[str]) -> None:
    """Raises Refused, in words for the writer."""
    box = on_page(envelope.keep_out)
    seen = ink(pdf, box)
    if seen is None:
        raise Refused("the address is missing in the window")
    if not envelope.always.holds(shrunk(seen)):
        raise Refused("the address does not fit into the window of the envelope; shorten it or choose a larger envelope")
    if folded(text_in(pdf, box)) != folded("".join(lines)):
        raise Refused("the window would show something else than the address")


def ink(pdf: bytes, box: Box) -> Box | None:
    """Where there is ink in this part of page 1, in millimetres; None when the paper is empty."""
    grey = region(pdf, box, dpi=DPI)
    found = Image.eval(grey, lambda v: 255 if v < INK else 0).getbbox()
    if found is None:
        return None
    x0, y0, x1, y1 = found
    return Box(box.x0 + x0 / PER_MM, box.y0 + y0 / PER_MM, box.x0 + x1 / PER_MM, box.y0 + y1 / PER_MM)


def shrunk(box: Box) -> Box:
    """One pixel of grey edge is the renderer's, not ink."""
    pixel = 1 / PER_MM
    return Box(box.x0 + pixel, box.y0 + pixel, box.x1 - pixel, box.y1 - pixel)


def on_page(box: Box) -> Box:
    return Box(max(0, box.x0), max(0, box.y0), min(A4[0], box.x1), min(A4[1], box.y1))


def folded(text: str) -> str:
    """Letters and digits only: breaks, spaces and soft hyphens are the typesetter's."""
    return re.sub(r"[\W_]", "", text)
