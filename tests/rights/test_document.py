"""The table of roles in docs/security.md is the one in people/rights.py. Run as a module with Django set up, it writes it."""

from __future__ import annotations

import re
from pathlib import Path

from lanka.people.rights import ADMINISTRATOR, RIGHTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "security.md"
PLACE = re.compile(r"(<!-- rights:.*?-->\n).*?(<!-- /rights -->)", re.S)


def table() -> str:
    roles = list(RIGHTS)
    rows = [f"| right | {' | '.join(str(role) for role in roles)} |", "| --- |" + " :-: |" * len(roles)]
    rows += [f"| `{right}` | {' | '.join('✓' if right in RIGHTS[role] else '' for role in roles)} |" for right in sorted(ADMINISTRATOR)]
    return "\n".join(rows) + "\n"


def written(text: str) -> str:
    return PLACE.sub(lambda found: found[1] + table() + found[2], text)


def test_the_document_tells_the_rights_as_they_are() -> None:
    text = DOCUMENT.read_text()
    assert PLACE.search(text)
    assert written(text) == text, "run python -m tests.rights.test_document"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
