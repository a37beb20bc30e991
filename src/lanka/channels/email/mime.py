"""Bytes → a tree of parts, as they lie in the mail, with limits against hostile input.

The standard library's parser turns every byte into text (eight times the memory), recurses as deep as the sender likes, and its header
objects lose what they cannot parse. This one only finds where things begin and end; each byte is looked at once per level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lanka.channels.email.parameters import parameters
from lanka.channels.email.transfer import decoded

MAX_DEPTH = 30
MAX_PARTS = 1_000
MAX_HEADERS = 2_000  # lines of one part
MAX_HEADER_BYTES = 64_000  # of one header; the rest of it is not looked at

NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
BLANK = (b"\n", b"\r\n", b"")
TYPE = re.compile(r"\s*([\w.+-]{1,80})\s*/\s*([\w.+-]{1,120})")


@dataclass(slots=True)
class Headers:
    """Names in lower case; values as bytes, unfolded, in the order in which they came."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)

    def get(self, name: str) -> bytes:
        return next((value for known, value in self.fields if known == name), b"")

    def all(self, name: str) -> list[bytes]:
        return [value for known, value in self.fields if known == name]

    def text(self, name: str) -> str:
        """For headers that are ASCII by their nature. 8-bit bytes stay one character each."""
        return self.get(name).decode("latin-1").strip()

    def __contains__(self, name: object) -> bool:
        return any(known == name for known, _ in self.fields)


@dataclass(slots=True)
class Part:
    headers: Headers
    body: bytes  # still encoded for transfer
    type: str = "text/plain"  # lower case, never empty
    parameters: dict[str, str] = field(default_factory=dict)  # of Content-Type
    disposition: str = ""  # 'inline', 'attachment'
    name: str = ""  # as declared
    parts: list[Part] = field(default_factory=list)
    parent: str = ""  # type of the multipart around it
    crlf: bool = False  # came over a wire, where every line end is CRLF

    @property
    def data(self) -> bytes:
        return decoded(self.body, self.headers.text("content-transfer-encoding"), self.crlf)

    @property
    def content_id(self) -> str:
        return self.headers.text("content-id").strip("<> \t")[:300]

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class Tree:
    root: Part
    notes: list[str] = field(default_factory=list)  # what was not looked at, and why


def parse(data: bytes) -> Tree:
    tree = Tree(root=Part(Headers(), b""))
    if b"\n" not in data[:MAX_HEADER_BYTES] and b"\r" in data[:MAX_HEADER_BYTES]:
        data = data.replace(b"\r", b"\n")
    start = len(data) - len(data.lstrip(b"\r\n\xef\xbb\xbf \t")) if data[:1] in b"\r\n\xef \t" else 0
    _Splitter(tree).fill(tree.root, data, start, len(data), 0)
    return tree


class _Splitter:
    def __init__(self, tree: Tree) -> None:
        self.notes = tree.notes
        self.parts = 0
        self.crlf = False

    def fill(self, part: Part, data: bytes, start: int, end: int, depth: int) -> None:
        if not depth:
            first = data.find(b"\n", start)
            self.crlf = first > 0 and data[first - 1] == 13
        part.headers, start = headers(data, start, end)
        part.crlf = self.crlf
        describe(part)
        self.parts += 1
        if not part.type.startswith("multipart/"):
            part.body = data[start:end]
            return
        pieces = self._pieces(part, data, start, end)
        if depth >= MAX_DEPTH or not pieces:
            self._leave_whole(part, data[start:end], deep=depth >= MAX_DEPTH and bool(pieces))
            return
        for first, last in pieces:
            if self.parts >= MAX_PARTS:
                self._note(f"It has more than {MAX_PARTS} parts; the rest is only in the original.")
                return
            child = Part(Headers(), b"", parent=part.type)
            self.fill(child, data, first, last, depth + 1)
            part.parts.append(child)

    def _pieces(self, part: Part, data: bytes, start: int, end: int) -> list[tuple[int, int]]:
        boundary = part.parameters.get("boundary", "").encode("latin-1", "replace")
        pieces = between(data, start, end, boundary.rstrip()) if boundary else []
        if not pieces and (found := FIRST_DASHES.search(data, start, min(end, start + 10_000))):
            pieces = between(data, start, end, found[1])  # the label is wrong: what looks like a boundary is one
        return pieces

    def _leave_whole(self, part: Part, body: bytes, deep: bool) -> None:
        """A multipart without parts is a text; one too deep is kept as a file."""
        part.body = body
        part.type = "message/rfc822" if deep else "text/html" if b"<html" in body[:2000].lower() else "text/plain"
        if deep:
            part.disposition, part.name = "attachment", "deeper.eml"
            self._note(f"It is nested more than {MAX_DEPTH} deep; what lies deeper is kept as one file.")

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


FIRST_DASHES = re.compile(rb"^--([^\s-][^\r\n]{3,200}?)[ \t]*\r?$", re.MULTILINE)


def between(data: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Where the parts lie. The line end before a boundary belongs to the boundary. A missing last boundary is forgiven."""
    mark = b"--" + boundary
    pieces: list[tuple[int, int]] = []
    opened = -1
    at = data.find(mark, start, end)
    while at != -1 and len(pieces) <= MAX_PARTS:
        line_end = data.find(b"\n", at, end)
        line_end = end if line_end == -1 else line_end
        rest = data[at + len(mark) : min(line_end, at + len(mark) + 200)].strip()
        if (at == start or data[at - 1 : at] == b"\n") and rest in (b"", b"--"):
            if opened >= 0:
                pieces.append((opened, max(opened, before_line_end(data, at))))
            opened = min(line_end + 1, end)
            if rest == b"--":
                opened = -1
        at = data.find(mark, max(line_end, at + 1), end)
    if opened >= 0 and opened < end:
        pieces.append((opened, end))
    return pieces


def before_line_end(data: bytes, at: int) -> int:
    return at - 2 if data[at - 2 : at] == b"\r\n" else at - 1


def headers(data: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header fields from `start` and where the body begins. Lines that are no header are skipped when headers follow."""
    fields: list[tuple[str, list[bytes]]] = []
    at, lines = start, 0
    while at < end:
        stop = data.find(b"\n", at, end)
        stop = end if stop == -1 else stop + 1
        line = data[at : min(stop, at + MAX_HEADER_BYTES)]
        if line in BLANK or lines >= MAX_HEADERS:
            break
        lines += 1
        if line[:1] in b" \t":
            if not line.strip():
                if not _header_follows(data, stop, end):
                    break
            elif fields and len(fields[-1][1]) < 1_000:
                fields[-1][1].append(line.rstrip(b"\r\n"))
        elif found := NAME.match(line):
            fields.append((found[1].decode("ascii").lower(), [line[found.end() :].rstrip(b"\r\n")]))
        elif not (line.startswith((b"From ", b">From ")) or _header_follows(data, stop, end)):
            return _joined(fields), at
        at = stop
    return _joined(fields), _body_start(data, at, end, lines)


def _joined(fields: list[tuple[str, list[bytes]]]) -> Headers:
    return Headers([(name, b"".join(pieces)[:MAX_HEADER_BYTES]) for name, pieces in fields])


def _header_follows(data: bytes, at: int, end: int) -> bool:
    line = data[at : min(end, at + 300)]
    return bool(NAME.match(line)) or line[:1] in (b" ", b"\t")


def _body_start(data: bytes, at: int, end: int, lines: int) -> int:
    if lines >= MAX_HEADERS:  # a bomb of headers: leap over the rest
        gaps = [g for g in (data.find(b"\n\n", at, end), data.find(b"\n\r\n", at, end)) if g != -1]
        at = min(gaps) + 1 if gaps else end
    stop = data.find(b"\n", at, end)
    return end if stop == -1 else stop + 1


def describe(part: Part) -> None:
    """Type, disposition and name out of the headers, as far as they can be read."""
    value = part.headers.get("content-type")
    if found := TYPE.match(value.decode("latin-1")):
        part.type = f"{found[1]}/{found[2]}".lower()
        part.parameters = parameters(b";" + value[found.end() :])
    elif not value and part.parent == "multipart/digest":
        part.type = "message/rfc822"
    disposition = part.headers.get("content-disposition")
    word, _, rest = disposition.partition(b";")
    part.disposition = word.strip().decode("latin-1").lower()
    given = parameters(b";" + rest) if rest else {}
    if "=" in part.disposition:  # 'filename=x' without a word before it
        given, part.disposition = parameters(b";" + disposition), "attachment"
    part.name = given.get("filename") or given.get("name") or part.parameters.get("name") or part.parameters.get("filename") or ""
