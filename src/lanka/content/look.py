"""A brand's colours worked out for light and dark ground: what stands on what, and can it be read (WCAG 2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
COLOR, INK = "#c2412d", "#20242c"
GROUND, SHEET, EDGE, SOFT = "#f4f4f1", "#ffffff", "#e3e3de", "#5f646d"
DARK_GROUND, DARK_SHEET, DARK_EDGE, DARK_INK, DARK_SOFT = "#14161a", "#1d2026", "#343841", "#eceef1", "#a7adb8"
READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """`color` on white, `on_color` upon it; the dark ones are the same brand where the ground is dark."""

    color: str
    on_color: str
    ink: str
    text_color: str  # the brand's colour as words on white: darkened until it can be read
    dark_color: str
    dark_on_color: str
    font: str


def look(tokens: Mapping[str, str]) -> Look:
    color = tokens.get("color", "") if HEX.match(tokens.get("color", "")) else COLOR
    ink = tokens.get("ink", "") if HEX.match(tokens.get("ink", "")) else INK
    dark = readable(color, DARK_SHEET)
    font = re.sub(r"[^\w\s,'-]", "", tokens.get("font", "")) or "Inter, 'Noto Sans', Arial, sans-serif"
    return Look(color, on(color), readable(ink, SHEET), readable(color, SHEET), dark, on(dark), font)


def rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    def linear(byte: int) -> float:
        part = byte / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(byte) for byte in rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 to 21; words need 4.5."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def on(color: str) -> str:
    """White or nearly black, whichever reads better upon it."""
    return max(("#ffffff", "#16181c"), key=lambda ink: contrast(ink, color))


def readable(color: str, ground: str) -> str:
    """The colour itself, or the nearest mix with black or white that can be read on that ground."""
    towards = (255, 255, 255) if luminance(ground) < 0.2 else (0, 0, 0)
    for step in range(0, 101, 4):
        mixed = tuple(round(a + (b - a) * step / 100) for a, b in zip(rgb(color), towards, strict=True))
        found = f"#{mixed[0]:02x}{mixed[1]:02x}{mixed[2]:02x}"
        if contrast(found, ground) >= READABLE:
            return found
    return "#ffffff" if luminance(ground) < 0.2 else "#000000"
