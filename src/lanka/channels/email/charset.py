"""Bytes → text, whatever the label says: labels are missing, unknown, or lie.

Order: what is declared, if the bytes agree; UTF-8, which random bytes hardly ever are by chance; a guess by `guess.py`.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from lanka.channels.email.guess import guess

# The web's practice (WHATWG Encoding): the smaller set is declared, the larger one is written. ASCII with 8-bit bytes declares nothing.
LARGER = {
    "ascii": "", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "hz": "hz", "euc_kr": "cp949", "johab": "johab",
    "shift_jis": "cp932", "big5": "big5hkscs", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "euc_jp": "euc_jis_2004",
}  # fmt: skip
ALIASES = {
    "x-gbk": "gbk", "gb_2312-80": "gb2312", "chinesebig5": "big5", "x-x-big5": "big5", "cn-big5": "big5", "ks_c_5601-1987": "euc_kr",
    "ks_c_5601": "euc_kr", "windows-949": "cp949", "x-sjis": "shift_jis", "windows-31j": "shift_jis", "x-euc-jp": "euc_jp",
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "iso-8859-8-i": "iso8859-8", "windows-874": "cp874", "dos-874": "cp874",
    "iso-2022-jp-ms": "iso2022_jp", "cp50220": "iso2022_jp", "hz-gb-2312": "hz", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
}  # fmt: skip
TEXT_CODECS = re.compile(r"[a-z0-9_-]+")
WESTERN = {"cp1252", "cp1254", "iso8859-15", "cp1250", "iso8859-2"}
JAPANESE = re.compile(rb"\x1b(\$@|\$B|\(B|\(J|\(I|\$\(D)")
LONE = re.compile("[\ud800-\udfff]")


@lru_cache(512)
def codec(label: str) -> str:
    """Python's name for a charset label, or '' for one that tells nothing."""
    label = (label.replace(";", " ").strip(" \t\"'").lower().split() or [""])[0][:40]
    label = ALIASES.get(label, label)
    if not TEXT_CODECS.fullmatch(label):
        return ""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    if not info._is_text_encoding or info.name in ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined"):
        return ""
    return LARGER.get(info.name, info.name)


def decode(data: bytes, declared: str = "", hint: str = "") -> str:
    """The text. Never fails. `hint` is a charset declared nearby (of the body, for a header)."""
    return clean(_decode(data, codec(declared) if declared else "", codec(hint) if hint else ""))


def clean(text: str) -> str:
    """What PostgreSQL and UTF-8 can hold: no NUL, no half of a surrogate pair."""
    text = text.replace("\x00", "")
    return text if text.isascii() else LONE.sub("\ufffd", text)


def _decode(data: bytes, name: str, hint: str) -> str:
    if data.isascii():
        return _seven_bits(data, name)
    if data.startswith(codecs.BOM_UTF8):
        data, name = data[3:], "utf-8"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) % 2 == 0 and name in ("", "utf-16"):
        return data.decode("utf-16", "replace")
    if name in WESTERN | {"", "utf-8", "utf-7"} and (text := strictly(data, "utf-8")) is not None:
        return text
    for candidate in (name, hint):
        if candidate and (text := _as_declared(data, candidate)) is not None:
            return text
    return guess(data)


def _seven_bits(data: bytes, name: str) -> str:
    if b"\x1b" in data and JAPANESE.search(data) and not name.startswith("iso2022_kr"):
        return iso_2022_jp(data)
    if name in ("utf-7", "hz", "iso2022_kr", "utf-16", "utf-16-le", "utf-16-be") and (text := strictly(data, name)) is not None:
        return text
    return data.decode("ascii")


def strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def _as_declared(data: bytes, name: str) -> str | None:
    """None if the label is a lie: more than a few bytes in a hundred do not fit it."""
    if name.startswith("iso2022_jp"):
        return iso_2022_jp(data) if b"\x1b" in data else None
    text = strictly(data, name)
    if text is not None and name == "cp1252" and b"\x1b$" in data:
        return iso_2022_jp(data)
    if text is None:
        text = data.decode(name, "replace")
        if text.count("\ufffd") > 1 + len(data) // 50:
            return None
    return text


def iso_2022_jp(data: bytes) -> str:
    """Python's codec lacks the vendors' characters (①, 髙, half-width kana) that real mails have: go by way of cp932."""
    out, mode = [], b"(B"
    for at, piece in enumerate(JAPANESE.split(data)):
        if at % 2:
            mode = piece
        elif mode in (b"$@", b"$B"):
            out.append(_from_jis(piece))
        elif mode == b"(I":
            out.append(bytes(b | 0x80 for b in piece).decode("cp932", "replace"))
        elif mode == b"$(D":
            out.append((b"\x1b$(D" + piece + b"\x1b(B").decode("iso2022_jp_1", "replace"))
        else:
            out.append(piece.decode("ascii") if piece.isascii() else piece.decode("cp932", "replace"))
    return "".join(out)


def _from_jis(piece: bytes) -> str:
    """Two bytes of JIS X 0208 each, line ends and stray ASCII in between."""
    shifted, at = bytearray(), 0
    while at < len(piece):
        high = piece[at]
        low = piece[at + 1] if at + 1 < len(piece) else 0
        if not (0x21 <= high <= 0x7E and 0x21 <= low <= 0x7E):
            shifted.append(high & 0x7F)
            at += 1
            continue
        row = (high - 0x21) // 2
        shifted.append(row + (0x81 if row < 0x1F else 0xC1))
        shifted.append((low + 0x1F + (low > 0x5F)) if high % 2 else low + 0x7E)
        at += 2
    return shifted.decode("cp932", "replace")
