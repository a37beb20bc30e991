"""A channel's README as a page: the little Markdown that READMEs use. Everything is escaped first, so no markup of theirs passes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lanka.channels.base import Channel

ITEM = re.compile(r"^\s*(?:[-*]|(\d+)[.)])\s+(.*)")
BLOCK = re.compile(r"^(#{1,6}\s|```|\||\s*(?:[-*]|\d+[.)])\s)")


def source(kind: type[Channel]) -> str:
    path = Path(inspect.getfile(kind)).parent / "README.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def summary(kind: type[Channel]) -> str:
    """The first paragraph, without marks."""
    found = [part for part in re.split(r"\n\s*\n", source(kind)) if part.strip() and not part.startswith("#")]
    return re.sub(r"[*`]|\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(found[0].split())) if found else ""


def page(kind: type[Channel]) -> SafeString:
    return render(source(kind))


def render(text: str) -> SafeString:
    return mark_safe("\n".join(blocks(text.splitlines())))  # every piece below is escaped


def blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        taken = 1
        if line.startswith("```"):
            taken, html = fence(lines, at)
            yield html
        elif found := re.match(r"^(#{1,6})\s+(.*)", line):
            level = min(max(len(found[1]), 2), 5)  # the page has its h1
            yield f"<h{level}>{inline(found[2])}</h{level}>"
        elif line.startswith("|"):
            taken, html = table(lines, at)
            yield html
        elif ITEM.match(line):
            taken, html = listed(lines, at)
            yield html
        elif line.strip():
            taken = run(lines, at)
            yield f"<p>{inline(' '.join(lines[at : at + taken]))}</p>"
        at += taken


def run(lines: list[str], at: int) -> int:
    """How many lines belong to this paragraph."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not BLOCK.match(lines[end]):
        end += 1
    return end - at


def fence(lines: list[str], at: int) -> tuple[int, str]:
    end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
    return end - at + 1, f'<pre tabindex="0"><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>'


def table(lines: list[str], at: int) -> tuple[int, str]:
    end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines[at:end]]
    head = "".join(f"<th>{inline(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{inline(cell)}</td>" for cell in row) + "</tr>" for row in rows[2:])
    return end - at, f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def listed(lines: list[str], at: int) -> tuple[int, str]:
    items: list[str] = []
    numbered = bool((ITEM.match(lines[at]) or [""] * 2)[1])
    end = at
    while end < len(lines) and (lines[end].strip() or (end + 1 < len(lines) and ITEM.match(lines[end + 1]))):
        if found := ITEM.match(lines[end]):
            items.append(found[2])
        elif lines[end].startswith("#"):
            break
        elif lines[end].strip() and items and not lines[end].lstrip().startswith("```"):
            items[-1] += " " + lines[end].strip()
        elif lines[end].lstrip().startswith("```"):
            break
        end += 1
    tag = "ol" if numbered else "ul"
    return max(end - at, 1), f"<{tag}>" + "".join(f"<li>{inline(item)}</li>" for item in items) + f"</{tag}>"


def inline(text: str) -> str:
    """Code first, so that nothing inside it is read as a mark."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(f"<code>{escape(part[1:-1])}</code>" if part.startswith("`") and len(part) > 2 else marks(part) for part in parts)


def marks(text: str) -> str:
    safe = str(escape(text))
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", safe)
    safe = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"<em>\1</em>", safe)
    safe = re.sub(r"\[([^\]]+)\]\((https?://[^\s)]+)\)", r'<a href="\2" target="_blank" rel="noopener noreferrer">\1</a>', safe)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", safe)
