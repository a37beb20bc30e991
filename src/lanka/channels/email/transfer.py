"""Content-Transfer-Encoding, forgiving: padding lost, lines of plain text after base64, unknown names."""

from __future__ import annotations

import binascii
import re

BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=\s]*")
NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
UU = re.compile(rb"^begin[ \t]+([0-7]{3,4})[ \t]+([^\r\n]{1,200}?)[ \t]*\r?\n", re.MULTILINE)


def decoded(data: bytes, encoding: str, crlf: bool = False) -> bytes:
    """What lay there before it was sent. `crlf`: what was sent as lines got the wire's line ends; they are taken off again,
    so that the same file is the same bytes, come by SMTP or out of an mbox."""
    encoding = encoding.partition(";")[0].strip(" \"'").lower()
    if encoding == "base64":
        return base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data.replace(b"\r\n", b"\n") if crlf else data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        found = UU.search(data)
        return uudecoded(data, found.end())[0] if found else data
    return data.replace(b"\r\n", b"\n") if crlf and encoding in ("", "7bit") else data  # 8bit may hold what was never lines


def base64(data: bytes) -> bytes:
    """Footers that list servers hang below a base64 part are plain text and are left out."""
    end = (BASE64_LINE.match(data) or re.match(b"", data)).end()  # type: ignore[union-attr]
    if end < len(data):
        line = data.rfind(b"\n", 0, end) + 1
        data = data[:line] if line else data
    out = []
    for piece in re.split(rb"=+", data):  # several padded pieces one after the other happen
        letters = piece.translate(None, NOT_BASE64)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        out.append(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)))
    return b"".join(out)


def uudecoded(data: bytes, start: int) -> tuple[bytes, int]:
    """The file and where the text goes on. `start` is the line after 'begin'."""
    out, at = [], start
    while at < len(data):
        stop = data.find(b"\n", at)
        stop = len(data) if stop == -1 else stop
        line = data[at:stop].rstrip(b"\r")
        at = stop + 1
        if line == b"end":
            break
        if not line.strip(b" `"):
            continue
        out.append(_uu_line(line))
    return b"".join(out), min(at, len(data))


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # trailing junk: count what the first character promises
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""
