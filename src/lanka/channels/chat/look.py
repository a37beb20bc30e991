"""The brand's colour made readable: text on it and text in it, light and dark, at WCAG AA."""

from __future__ import annotations

import colorsys
import re

AA = 4.5
PAPER = {"light": "#f4f4f6", "dark": "#262a33"}  # the least helpful surface of each
INKS = ("#ffffff", "#14161b", "#000000")
FALLBACK = "#c8372d"
HEX = re.compile(r"^#[0-9a-fA-F]{6}$")

RGB = tuple[float, float, float]


def _rgb(color: str) -> RGB:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(color: str, on: str) -> str:
    """The same hue, made darker or lighter until it can be read on `on`."""
    hue, light, saturation = colorsys.rgb_to_hls(*_rgb(color))
    step = -0.02 if luminance(on) > 0.4 else 0.02
    while contrast(color, on) < AA and 0 <= light + step <= 1:
        light += step
        color = "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, light, saturation))
    return color


def palette(color: str) -> dict[str, str]:
    """`color` and the text on it (`on`); `light` and `dark`: the colour as text on light and dark paper."""
    color = color.lower() if HEX.match(color) else FALLBACK
    on = next((ink for ink in INKS if contrast(ink, color) >= AA), INKS[-1])
    return {"color": color, "on": on, "light": readable(color, PAPER["light"]), "dark": readable(color, PAPER["dark"])}
