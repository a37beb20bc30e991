"""What changed between two versions: block by block, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

WORD = re.compile(r"\s+|[\w’'-]+|.", re.UNICODE)
Mark = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Change:
    language: str
    block: str
    field: str
    words: list[tuple[Mark, str]]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """In the order of the newer text; what is gone comes last."""
    before, after = pieces(old), pieces(new)
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(*name, worded(before.get(name, ""), after.get(name, ""))) for name in names if before.get(name, "") != after.get(name, "")
    ]


def pieces(texts: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    return {(language, block, field): words for language, written in texts.items() for block, field, words in said(written)}


def said(written: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field in ("subject", "preview", "short"):
        yield "", field, str(written.get(field) or "")
    for block in written.get("blocks", []):
        for field, value in block.items():
            if field in ("id", "kind", "width", "height"):
                continue
            rows = [f"{row.get('label', '')}: {row.get('value', '')}" for row in value] if isinstance(value, list) else [str(value or "")]
            yield str(block.get("id")), field, "\n".join(rows)


def worded(old: str, new: str) -> list[tuple[Mark, str]]:
    a, b = WORD.findall(old), WORD.findall(new)
    found: list[tuple[Mark, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(a[i:j])))
            continue
        found += [("gone", "".join(a[i:j]))] if j > i else []
        found += [("new", "".join(b[k:m]))] if m > k else []
    return found
