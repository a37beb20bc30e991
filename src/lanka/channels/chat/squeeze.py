"""Takes the air out of our own scripts and styles. No names change: what runs reads like what was written.

Knows exactly as much JavaScript as this folder uses: strings, templates, regular expressions after an operator, comments. Statements
end with a semicolon here, so a line break matters only where a word or a closing bracket meets the next word.
"""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)
    |(?P<regex>(?<=[(,=:\[!&|?{};])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)
    |(?P<space>\s+)
    |(?P<word>[\w$]+)
    |(?P<mark>.)""",
    re.X | re.S,
)
WORD = re.compile(r"[\w$]")


def script(source: str) -> str:
    out: list[str] = []
    space = ""
    for match in TOKEN.finditer(source):
        kind, text = match.lastgroup, match.group()
        if kind in ("space", "comment"):
            space += text
            continue
        text = text.strip() if kind == "regex" else text
        out.append(gap(out[-1][-1] if out else ";", text[0], space) + text)
        space = ""
    return "".join(out)


def gap(before: str, after: str, space: str) -> str:
    """What must stay between two tokens: nothing, a space, or the line break that ends a statement."""
    if not space:
        return ""
    if WORD.match(before) and WORD.match(after):
        return "\n" if "\n" in space else " "
    if before in "+-" and after == before:
        return " "
    if "\n" in space and before in ")]" and WORD.match(after):
        return "\n"
    return "\n" if "\n" in space and before == "}" and after not in "})],;." else ""


def style(source: str) -> str:
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    source = re.sub(r"\s+", " ", source)
    source = re.sub(r"\s*([{};,>])\s*", r"\1", source)
    source = re.sub(r":\s+", ":", source)
    return source.replace(";}", "}").strip()
