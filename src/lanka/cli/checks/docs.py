"""Docs are tested: every command, setting and channel is written about."""

from __future__ import annotations

import re
from pathlib import Path

from lanka.cli import COMMANDS
from lanka.cli.checks import kinds
from lanka.cli.manage import own_commands

SETTING = re.compile(r"\b(?:LANKA_[A-Z][A-Z_]*[A-Z]|DATABASE_URL)\b")
INTERNAL = {"LANKA_PARENT"}


def check(root: Path) -> list[str]:
    pages = [*(root / "docs").glob("**/*.md"), *root.glob("*.md")]
    text = "\n".join(page.read_text() for page in pages)
    operate = root / "docs/operate.md"
    settings = operate.read_text() if operate.exists() else ""
    return [
        *(f"docs/: nothing about `./lanka {name}`" for name in sorted({*COMMANDS, *own_commands()}) if f"./lanka {name}" not in text),
        *(f"docs/operate.md: nothing about {name}" for name in read(root) if f"`{name}`" not in settings),
        *(f"docs/: nothing about the channel {kind}" for kind in sorted(kinds.known(root)) if not about(kind, text)),
    ]


def about(kind: str, text: str) -> bool:
    return bool(re.search(rf"\b{kind}\b", text, re.IGNORECASE))


def read(root: Path) -> list[str]:
    """The settings that the code reads."""
    found = set()
    for path in [root / "lanka", *(root / "src").rglob("*.py")]:
        if not path.name.startswith("test_"):
            found.update(SETTING.findall(path.read_text()))
    return sorted(found - INTERNAL)
