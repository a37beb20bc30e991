"""No script and no style inside the markup: the content security policy would refuse them."""

from __future__ import annotations

import re
from pathlib import Path

from lanka.cli.checks.sizes import files

INLINE = re.compile(r"""<[^>]*?\s(on[a-z]+|style)\s*=\s*["']""")
SCRIPT = re.compile(r"<(script|style)(?![^>]*(?:\bsrc=|nonce=|type=\"application/json\"))[^>]*>")
EXEMPT = {"content"}  # mail has no style sheets of ours: what is composed for it carries its style with it


def check(root: Path) -> list[str]:
    found = []
    for path in files(root, ".html"):
        shown = path.relative_to(root)
        if EXEMPT & set(shown.parts) or "tests" in shown.parts:
            continue
        text = path.read_text()
        for pattern in (INLINE, SCRIPT):
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start(1)) + 1
                found.append(f"{shown}:{line}: inline {match.group(1)}; put it into the css or js file beside it")
    return found
