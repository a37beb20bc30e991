"""Pages as pictures: for the preview, for the preflight, for whoever opens the letterbox in the town."""

from __future__ import annotations

import io
import threading
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from lanka.channels.letter.envelopes import Box, Envelope

POINTS = 72 / 25.4  # in a millimetre
A4 = (210.0, 297.0)
_one_at_a_time = threading.Lock()  # PDFium is not made for threads


def page_count(pdf: bytes) -> int:
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def picture(pdf: bytes, page: int = 0, *, dpi: int = 110) -> Image.Image:
    return _render(pdf, page, dpi / 72, None)


def png(pdf: bytes, page: int = 0, *, dpi: int = 110) -> bytes:
    return png_bytes(picture(pdf, page, dpi=dpi))


def stacked(pdf: bytes, *, dpi: int = 110, gap: int = 24) -> Image.Image:
    """All pages, one below the other on a clear ground."""
    pages = [picture(pdf, number, dpi=dpi) for number in range(page_count(pdf))]
    wide, high = max(page.width for page in pages), sum(page.height for page in pages) + gap * (len(pages) - 1)
    made, y = Image.new("RGBA", (wide, high), (0, 0, 0, 0)), 0
    for page in pages:
        made.paste(page, (0, y))
        y += page.height + gap
    return made


def png_bytes(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=False, compress_level=3)
    return kept.getvalue()


def region(pdf: bytes, box: Box, *, dpi: int, page: int = 0) -> Image.Image:
    """A part of a page in grey. Its pixels begin at the box's corner."""
    inside = Box(max(0, box.x0), max(0, box.y0), min(A4[0], box.x1), min(A4[1], box.y1))
    cut = (inside.x0 * POINTS, (A4[1] - inside.y1) * POINTS, (A4[0] - inside.x1) * POINTS, inside.y0 * POINTS)
    return _render(pdf, page, dpi / 72, cut).convert("L")


def _render(pdf: bytes, page: int, scale: float, cut: tuple[float, float, float, float] | None) -> Image.Image:
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[page].render(scale=scale, **({"crop": cut} if cut else {}))
            made: Image.Image = bitmap.to_pil().convert("RGB")
            return made
        finally:
            document.close()


def text_in(pdf: bytes, box: Box, page: int = 0) -> str:
    """The text of a page that lies in the box, as a reader would copy it."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            words: Any = document[page].get_textpage()
            left, right, bottom, top = box.x0 * POINTS, box.x1 * POINTS, (A4[1] - box.y1) * POINTS, (A4[1] - box.y0) * POINTS
            return str(words.get_text_bounded(left=left, bottom=bottom, right=right, top=top))
        finally:
            document.close()


def in_envelope(pdf: bytes, envelope: Envelope, *, dpi: int = 80, paper: str = "#f6f3ec") -> Image.Image:
    """The closed envelope as the postman sees it: what of the first page shows through the window, in the middle of its play."""
    per_mm = dpi / 25.4
    sheet = picture(pdf, 0, dpi=dpi)
    width, height = (round(side * per_mm) for side in envelope.size)
    made = Image.new("RGB", (width, height), paper)
    left, top, w, h = (round(v * per_mm) for v in envelope.window)
    play = [round((envelope.size[i] - envelope.sheet[i]) / 2 * per_mm) if envelope.slides else 0 for i in (0, 1)]
    if envelope.slides:
        made.paste(sheet.crop((left - play[0], top - play[1], left - play[0] + w, top - play[1] + h)), (left, top))
        ImageDraw.Draw(made).rounded_rectangle((left, top, left + w, top + h), radius=round(2 * per_mm), outline="#d8d2c4", width=1)
    return made
