"""The piece's own number and its DataMatrix: what a scanner reads through the window of a letter that came back.

The number is the message's UUIDv7 written in Crockford's base 32 (as a ULID is), 26 signs: it tells nothing to who finds
it and needs no table to be read back.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import zxingcpp

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def piece_number(id: str) -> str:
    """'019ab1f2-…' → '06KAPZ…'. An id that is no UUID is its own number."""
    try:
        value = uuid.UUID(id).int
    except ValueError:
        return re.sub(r"[^A-Za-z0-9_-]", "", id)[:60] or "0"
    return "".join(SIGNS[value >> shift & 31] for shift in range(125, -1, -5))


def message_id(number: str) -> str:
    """Back again; what was no UUID comes back as it is."""
    text = number.strip().upper()
    if len(text) != 26 or any(c not in SIGNS for c in text):
        return number.strip()
    value = 0
    for c in text:
        value = value << 5 | SIGNS.index(c)
    return str(uuid.UUID(int=value)) if value < 1 << 128 else number.strip()


def matrix(number: str) -> list[str]:
    """Rows of '1' (black) and '0', without the quiet zone."""
    return modules(zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.DataMatrix, force_square=True))


def modules(code: Any) -> list[str]:
    image: Any = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
    picture: Any = memoryview(image)
    height, width = picture.shape[:2]
    return ["".join("1" if picture[y, x] < 128 else "0" for x in range(width)) for y in range(height)]


def svg(number: str) -> str:
    """One path of whole modules, so that no viewer draws hairlines between them."""
    return drawn(matrix(number))


def qr_svg(text: str) -> str:
    """For a telephone's camera: the lowest correction that a clean print needs keeps the modules large."""
    return drawn(modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")))


def drawn(rows: list[str]) -> str:
    path = "".join(f"M{m.start()} {y}h{len(m[0])}v1h-{len(m[0])}z" for y, row in enumerate(rows) for m in re.finditer("1+", row))
    box = f'viewBox="0 0 {len(rows[0])} {len(rows)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} shape-rendering="crispEdges"><path d="{path}"/></svg>'
