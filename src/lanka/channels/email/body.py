"""Which parts are what somebody wrote, and which are files that hang on it."""

from __future__ import annotations

import html as markup
import re
from dataclasses import dataclass, field

from lanka.channels.email.charset import decode
from lanka.channels.email.markup import sanitised
from lanka.channels.email.mime import Part
from lanka.channels.email.plain import to_text
from lanka.channels.email.transfer import UU, uudecoded

META = re.compile(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
GAPS = re.compile("\n(?:[ \t\u00a0\u200b]*+\n){3,}")
PLAIN = '<div style="white-space:pre-wrap">{}</div>'
MAX_TEXT = 2_000_000  # characters; a longer text part is a file


@dataclass(slots=True)
class Segment:
    """A piece of the body; a multipart/alternative says the same piece twice."""

    text: str = ""
    html: str = ""  # as it came


@dataclass(slots=True)
class Body:
    segments: list[Segment] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    uuencoded: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def html(self) -> str:
        """Sanitised; '' when nothing of it was HTML."""
        if not any(segment.html for segment in self.segments):
            return ""
        pieces = [sanitised(s.html) if s.html else PLAIN.format(markup.escape(s.text)) for s in self.segments]
        return "\n".join(piece for piece in pieces if piece)

    @property
    def text(self) -> str:
        pieces = [s.text if s.text.strip() else to_text(sanitised(s.html)) if s.html else "" for s in self.segments]
        return GAPS.sub("\n\n\n", "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip()))


def body(root: Part) -> Body:
    found = Body()
    _collect(root, found, True)
    return found


def _collect(part: Part, found: Body, first: bool) -> None:
    if part.type == "multipart/alternative" and part.parts:
        _alternative(part, found)
    elif part.parts:
        for at, child in enumerate(part.parts):
            _collect(child, found, first and at == 0)
    elif is_text(part, first):
        _text(part, found)
    else:
        found.files.append(part)


def _alternative(part: Part, found: Body) -> None:
    """The plain text of the one, the HTML of the other; files of all."""
    choices = []
    for child in part.parts:
        choice = Body()
        _collect(child, choice, True)
        choices.append(choice)
        found.files += choice.files
        found.uuencoded += choice.uuencoded
    written = [c for c in choices if c.segments]
    html = next((c for c in reversed(written) if any(s.html for s in c.segments)), None)
    text = next((c for c in written if c is not html and any(s.text.strip() for s in c.segments)), None)
    if html or text:
        found.segments.append(
            Segment(
                text="\n\n".join(s.text for s in text.segments) if text else "",
                html="\n<br>\n".join(s.html or markup.escape(s.text) for s in html.segments) if html else "",
            )
        )


def is_text(part: Part, first: bool) -> bool:
    """A text that is meant to be read here. One with a name is a file, unless it is the first thing in the mail."""
    if part.type not in ("text/plain", "text/html") or part.disposition == "attachment" or len(part.body) > 4 * MAX_TEXT:
        return False
    named = bool(part.name) and (not first or bool(part.disposition))
    return not (named or "attachment" in part.disposition)


def _text(part: Part, found: Body) -> None:
    data = part.data
    declared = part.parameters.get("charset", "")
    if part.type == "text/html":
        meta = META.search(data[:4000])
        text = decode(data, declared, meta[1].decode("ascii") if meta else "")
        found.segments.append(Segment(html=text))
        return
    if b"\nend" in data and UU.search(data):
        data = _without_uuencoded(data, found)
    text = decode(data, declared).replace("\r\n", "\n").replace("\r", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, part.parameters.get("delsp", "").lower() == "yes")
    found.segments.append(Segment(text=text))


def _without_uuencoded(data: bytes, found: Body) -> bytes:
    kept, at = [], 0
    while (begin := UU.search(data, at)) and len(found.uuencoded) < 100:
        content, after = uudecoded(data, begin.end())
        if not content:
            break
        kept.append(data[at : begin.start()])
        found.uuencoded.append((decode(begin[2]), content))
        at = after
    return b"".join([*kept, data[at:]])


def unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one of the same quote depth."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        signature = content == "-- "
        if depth == open_depth and not signature:
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " if depth and content else "") + content)
        flows = content.endswith(" ") and not signature
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join(line if line == "-- " else line.rstrip() for line in lines)
