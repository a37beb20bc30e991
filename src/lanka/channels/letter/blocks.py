"""A message's text as blocks for paper: paragraphs, simple lists, links that a reader can type.

Nothing here is markup for Typst: the blocks are data, and the template prints them as text whatever they contain.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LINK = re.compile(r"\[(?P<words>[^\]\n]{1,200})\]\((?P<target>https?://[^\s()]+)\)|(?P<bare>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])")
ITEM = re.compile(r"^\s{0,3}(?:(?P<bullet>[-*•–])|(?P<number>\d{1,3})[.)])\s+(?P<words>\S.*)$")
RANGE = re.compile(r"(\d)–(?=\d)")  # '9–18' stays on one line
LONGEST_INLINE = 48  # a longer address goes to the foot of the page
BREAKS = re.compile(r"([/?&=_-])(?=.)")

Run = dict[str, str]
Block = dict[str, Any]


def blocks(text: str) -> list[Block]:
    """[{'kind': 'p', 'runs': [...]}, {'kind': 'list', 'ordered': bool, 'start': 1, 'items': [[run, ...], ...]}]"""
    found: list[Block] = []
    for part in re.split(r"\n[ \t]*\n+", printable(text).strip()):
        found.extend(_part([line.rstrip() for line in part.split("\n")]))
    return found


def _part(lines: list[str]) -> list[Block]:
    """Lines without a blank one between them: text, a list, or text and then a list."""
    found: list[Block] = []
    for line in lines:
        item, last = ITEM.match(line), found[-1] if found else None
        if item:
            ordered = item["number"] is not None
            if not last or last["kind"] != "list" or last["ordered"] != ordered:
                last = {"kind": "list", "ordered": ordered, "start": int(item["number"] or 1), "items": []}
                found.append(last)
            last["items"].append(runs(item["words"]))
        elif last and last["kind"] == "list" and line.startswith("  "):
            last["items"][-1] += [{"text": " "}, *runs(line.strip())]
        elif last and last["kind"] == "p":
            last["runs"] += [{"text": "\n"}, *runs(line)]
        elif line:
            found.append({"kind": "p", "runs": runs(line)})
    return found


def runs(line: str) -> list[Run]:
    """Text and links; `note` is printed at the foot of the page."""
    found: list[Run] = []
    end = 0
    for match in LINK.finditer(line):
        if match.start() > end:
            found.append({"text": line[end : match.start()]})
        found.append(_link(match))
        end = match.end()
    return [*found, {"text": line[end:]}] if end < len(line) else found


def _link(match: re.Match[str]) -> Run:
    url = match["target"] or match["bare"]
    shown = re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
    if match["words"]:
        return {"text": match["words"], "url": url, "note": breakable(shown)}
    if len(shown) > LONGEST_INLINE:
        return {"text": shown.split("/")[0], "url": url, "note": breakable(shown)}
    return {"text": breakable(shown), "url": url}


def breakable(url: str) -> str:
    """Lets a long address break after its separators, with no hyphen that would become a part of it."""
    return BREAKS.sub("\\1\u200b", url)


def printable(text: str) -> str:
    """Without control characters, and without the emoji that no letter's typeface has: they say nothing that the words do not."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = RANGE.sub("\\1\u2060–\u2060", text)
    return re.sub(r" +(?=\n|$)", "", "".join(c for c in text if c == "\n" or not _unprintable(c)))


def _unprintable(c: str) -> bool:
    emoji = ord(c) >= 0x1F000 and unicodedata.category(c) in ("So", "Sk", "Cn")
    joins_emoji = c in "\u200d\ufe0e\ufe0f\u20e3" or 0xE0000 <= ord(c) <= 0xE01EF
    return emoji or joins_emoji or unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")
