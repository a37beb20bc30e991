"""Stored bytes as a person can read them: text where they are text, else in hexadecimal. Cut, never interpreted."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 16_000
WIDTH = 16


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    is_text: bool
    cut: int  # how many bytes are not shown


def shown(body: bytes, most: int = MOST) -> Shown:
    text = as_text(body[:most])
    if text is not None:
        return Shown(text, True, max(0, len(body) - most))
    least = most // 4
    return Shown(dump(body[:least]), False, max(0, len(body) - least))


def as_text(head: bytes) -> str | None:
    """UTF-8 that was perhaps cut inside its last letter; None where control characters say that it is something else."""
    for spare in range(min(4, len(head) + 1)):
        try:
            text = head[: len(head) - spare].decode()
        except UnicodeDecodeError:
            continue
        strange = sum(1 for letter in text if ord(letter) < 32 and letter not in "\t\n\r\f\x1b")
        return text if strange <= len(text) // 200 else None
    return None


def dump(data: bytes) -> str:
    rows = []
    for at in range(0, len(data), WIDTH):
        part = data[at : at + WIDTH]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        rows.append(f"{at:06x}  {part.hex(' '):<{WIDTH * 3}} {letters}")
    return "\n".join(rows)
