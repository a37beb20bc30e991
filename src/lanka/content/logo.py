"""A brand's logo as a picture for mail: clients show no SVG. Drawn once per logo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import typst

from lanka.core import files

SIDE = 36  # points; drawn at four times the size, for sharp screens
DRAWN = f'#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 0pt, fill: none)\n#image(bytes(json(bytes(sys.inputs.logo))), format: "svg", width: {SIDE}pt, height: {SIDE}pt, fit: "contain")'  # noqa: E501


def logo_file(brand: Mapping[str, str]) -> dict[str, str] | None:
    svg = brand.get("logo", "").replace("currentColor", brand.get("color", "#000000"))
    sha = drawn(svg) if svg.strip().startswith("<svg") else ""
    return {"name": "logo.png", "content_type": "image/png", "sha256": sha, "inline_id": f"logo-{sha[:16]}"} if sha else None


@lru_cache(maxsize=64)
def drawn(svg: str) -> str:
    """The stored picture's sha256; empty when it cannot be drawn."""
    try:
        made = typst.compile(DRAWN.encode(), format="png", ppi=288, sys_inputs={"logo": json.dumps(svg)}, ignore_system_fonts=True)
    except typst.TypstError:
        return ""
    return files.keep(made, "image/png") if isinstance(made, bytes) else ""
