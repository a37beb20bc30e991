"""The alphabets of SMS: GSM 03.38 (7 bits, with its extension table) and UCS-2, and what a text costs in segments.

Septets stand one in an octet ("unpacked"), as nearly every SMPP server wants them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lanka.channels.items import Measure

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}

CODES: dict[str, bytes] = {character: bytes([code]) for code, character in enumerate(BASIC) if code != ESCAPE}
CODES |= {character: bytes([ESCAPE, code]) for code, character in EXTENSION.items()}

# What word processors put in and what it says the same without: one “ would double the price of the whole message.
PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad", ""),
        "…": "...",
        "•": "*",
    }
)


@dataclass(frozen=True, slots=True)
class Alphabet:
    name: str
    data_coding: int  # of SMPP and GSM 03.38
    alone: int  # units in a message of one segment
    joined: int  # units in each segment of a longer one (6 octets go to the header)


GSM7 = Alphabet("GSM-7", 0, 160, 153)
UCS2 = Alphabet("UCS-2", 8, 70, 67)


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").translate(PLAIN)


def stranger(text: str) -> str:
    """The first character that GSM-7 does not have: it forces the whole message to UCS-2. Empty: none."""
    return next((character for character in text if character not in CODES), "")


def encode(text: str) -> bytes:
    """Raises UnicodeEncodeError."""
    try:
        return b"".join(CODES[character] for character in text)
    except KeyError as error:
        place = text.index(error.args[0])
        raise UnicodeEncodeError("gsm7", text, place, place + 1, "not in GSM 03.38") from None


def decode(data: bytes) -> str:
    """Never fails: an unknown escape is read as the character of the basic table, as GSM 03.38 asks; 8-bit octets as Latin-1."""
    text: list[str] = []
    escaped = False
    for octet in data:
        if octet == ESCAPE and not escaped:
            escaped = True
            continue
        text.append(_character(octet, escaped))
        escaped = False
    return "".join(text)


def _character(octet: int, escaped: bool) -> str:
    if escaped and octet in EXTENSION:
        return EXTENSION[octet]
    if octet == ESCAPE:
        return " "
    return BASIC[octet] if octet < 128 else chr(octet)


def alphabet(text: str) -> Alphabet:
    return UCS2 if stranger(text) else GSM7


def units(text: str, kind: Alphabet) -> list[bytes]:
    """The text in pieces that must not be torn apart: an escape pair, a surrogate pair."""
    if kind is GSM7:
        return [CODES[character] for character in text]
    return [character.encode("utf-16-be", "replace") for character in text]


def split(text: str) -> tuple[Alphabet, list[bytes]]:
    """The alphabet and the user data of each segment, without headers."""
    kind = alphabet(text)
    width = 1 if kind is GSM7 else 2
    pieces = units(text, kind)
    if sum(map(len, pieces)) <= kind.alone * width:
        return kind, [b"".join(pieces)]
    parts = [bytearray()]
    for piece in pieces:
        if len(parts[-1]) + len(piece) > kind.joined * width:
            parts.append(bytearray())
        parts[-1] += piece
    return kind, [bytes(part) for part in parts]


def measure(text: str) -> Measure:
    kind, parts = split(text)
    room = (kind.alone if len(parts) == 1 else kind.joined) * (1 if kind is GSM7 else 2)
    left = (room - len(parts[-1])) // (1 if kind is GSM7 else 2)
    character = stranger(text)
    note = _("%(alphabet)s: “%(character)s” needs it") % {"alphabet": kind.name, "character": character} if character else kind.name
    return Measure(parts=len(parts), left=left, note=note)
