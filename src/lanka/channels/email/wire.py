"""The bytes of a mail written by hand: text, HTML, pictures inside. Ten times faster than the standard library's objects, which stay for
attachments; what comes out is read back by the library's parser in the tests."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from hashlib import sha256

from lanka.channels.items import File, Outbound

WORD = 42  # octets of text in one encoded word: 56 in base64, so a line stays below 76


def encoded(text: str, used: int = 0) -> str:
    """A header's value: as it is where it is ASCII, else encoded words (RFC 2047), one a line. `used`: columns taken on the first line."""
    if text.isascii():
        return text
    words, word, room = [], b"", WORD - min(used, 20)
    for sign in text:
        octets = sign.encode("utf-8", "replace")
        if len(word) + len(octets) > room:
            words.append(word)
            word, room = b"", WORD
        word += octets
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in words)


def quoted(text: str) -> bytes:
    """Quoted-printable with CRLF."""
    return binascii.b2a_qp(text.replace("\n", "\r\n").encode("utf-8", "replace"), istext=True)


def plain(text: str) -> bytes:
    """Readable on the wire where it can be: mails are looked at by people who seek a fault."""
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: '
    if text.isascii() and all(len(line) < 900 for line in text.split("\n")):
        return head + b"7bit\r\n\r\n" + text.replace("\n", "\r\n").encode() + b"\r\n"
    return head + b"quoted-printable\r\n\r\n" + quoted(text) + b"\r\n"


def hypertext(html: str) -> bytes:
    return b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' + quoted(html) + b"\r\n"


@lru_cache(64)
def picture(data: bytes, content_type: str, cid: str) -> bytes:
    """The same for everybody who gets the mail, so it is encoded once."""
    head = (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\nContent-ID: <{cid}>\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")


def many(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    inner = b"\r\n".join(mark + part for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + inner + f"\r\n--{boundary}--\r\n".encode()


def content(out: Outbound, text: str, html: str, pictures: list[tuple[File, str, str]]) -> bytes:
    """MIME headers and body. `pictures`: file, content type, Content-ID. Boundaries hold '=_', which quoted-printable cannot."""
    mark = f"=_{sha256(out.id.encode()).hexdigest()[:24]}"
    head = b"MIME-Version: 1.0\r\n"
    if not html:
        return head + plain(text)
    rich = hypertext(html)
    if pictures:
        rich = many("related", mark + "r", [rich, *(picture(file.data, kind, cid) for file, kind, cid in pictures)])
    return head + many("alternative", mark + "a", [plain(text), rich])


def stuffed(message: bytes) -> bytes:
    """For DATA: a dot at the beginning of a line is doubled."""
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    doubled = whole.replace(b"\n.", b"\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled
