"""Folds what the reader has read before (quotes) or does not need (signatures) out of a text. Every line stays, in one of the two."""

from __future__ import annotations

import re

from lanka.channels.email.phrases import FIELD, FIELDS, FORWARD_SUBJECT, FORWARDED, OPENS, ORIGINAL, SENT_FROM, SIGNATURE, WROTE

MAX_LINES = 20_000
MAX_SIGNATURE = 30  # lines
DATED = re.compile(r"\d|@")
RULE = re.compile(r"[\s>]*(?:_{10,}|-{10,}|\*{10,})\s*")


def fold(text: str, subject: str = "") -> tuple[str, str]:
    """(what is said, the rest). A forward is not folded: what is forwarded is what is said."""
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        return text, ""
    said, quoted = _split_quote(lines, forward=bool(FORWARD_SUBJECT.match(subject)))
    said, signature = _split_signature(said)
    if not any(line.strip() for line in said):
        return text.strip("\n"), ""
    return _join(said), "\n\n".join(piece for piece in (_join(signature), _join(quoted)) if piece)


def _join(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


def _split_quote(lines: list[str], forward: bool) -> tuple[list[str], list[str]]:
    for at, line in enumerate(lines):
        if not line or (line[-1] != ":" and ":" not in line and line[0] not in ">-_*— "):
            continue
        if (forward or FORWARDED.fullmatch(line)) and _is_forward_mark(lines, at):
            return lines, []
        if ORIGINAL.fullmatch(line) or header_block(lines, at):
            start = at - 1 if at and RULE.fullmatch(lines[at - 1]) else at
            return (lines[:start], lines[start:]) if _said(lines[:start]) else (lines, [])
        if line.startswith(">") or (line.rstrip().endswith(":") and attribution(lines, at)):
            return _at_quote(lines, at)
    return lines, []


def _is_forward_mark(lines: list[str], at: int) -> bool:
    line = lines[at]
    return bool(FORWARDED.fullmatch(line) or ORIGINAL.fullmatch(line)) or header_block(lines, at) or line.startswith(">")


def _said(lines: list[str]) -> bool:
    return any(line.strip() and not RULE.fullmatch(line) for line in lines)


def attribution(lines: list[str], at: int) -> int:
    """How many lines, up to and with `lines[at]`, say who wrote what follows; 0 if they do not say that."""
    for count in (1, 2, 3):
        if at - count + 1 < 0 or not lines[at - count + 1].strip():
            return 0
        joined = " ".join(lines[at - count + 1 : at + 1])[-400:]
        if WROTE.search(joined) and DATED.search(joined):
            above = lines[at - count].strip() if at >= count else ""
            below_opens = OPENS.match(joined.strip())
            return count + 1 if not below_opens and OPENS.match(above) and count < 3 and len(above) < 200 else count
    return 0


def header_block(lines: list[str], at: int) -> bool:
    """From:, then within five lines two of Sent:, To:, Subject: in any of the languages."""
    first = FIELD.match(lines[at])
    if not first or FIELDS.get(first[1].lower()) != "from":
        return False
    seen = {FIELDS.get(found[1].lower(), "") for line in lines[at + 1 : at + 7] if (found := FIELD.match(line))}
    return len(seen & {"date", "to", "subject"}) >= 2


def _at_quote(lines: list[str], at: int) -> tuple[list[str], list[str]]:
    """A quote begins here. Answers below it or between its lines decide what may be folded."""
    first = at - max(0, attribution(lines, at) - 1)
    if lines[at].startswith(">") and at and (above := _line_above(lines, at)) is not None:
        first = above
    quoted = _from_first_quoted(lines, at)
    if quoted == len(lines):  # 'X wrote:' and nothing is marked as quoted: programs that indent or use colours
        return (lines[:first], lines[first:]) if _said(lines[:first]) and attribution(lines, at) else (lines, [])
    end = quoted
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(">")):
        end += 1
    after = lines[end:]
    if not _said(_split_signature(after, alone=True)[0]):
        return (lines[:first], lines[first:]) if _said(lines[:first]) else (lines, [])
    if not _said(lines[:first]) and not any(line.startswith(">") for line in after):
        return after, lines[:end]  # the answer stands below the quote
    return lines, []  # answers between the lines make no sense without them


def _line_above(lines: list[str], at: int) -> int | None:
    """Where an unknown 'somebody wrote:' above a quote begins."""
    above = at - 1
    while above > at - 3 and above > 0 and not lines[above].strip():
        above -= 1
    if above < 0 or not lines[above].rstrip().endswith(":"):
        return None
    if count := attribution(lines, above):
        return above - count + 1
    return above if DATED.search(lines[above]) and len(lines[above]) < 300 else None


def _from_first_quoted(lines: list[str], at: int) -> int:
    if lines[at].startswith(">"):
        return at
    return next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].startswith(">")), len(lines))


def _split_signature(lines: list[str], alone: bool = False) -> tuple[list[str], list[str]]:
    """(said, signature). `alone`: a signature may be all there is."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for at in range(max(0, end - MAX_SIGNATURE), end):
        if SIGNATURE.fullmatch(lines[at]) and (alone or _said(lines[:at])):
            return lines[:at], lines[at:]
    start = end
    while start and start > end - 3 and (SENT_FROM.fullmatch(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if start < end and (alone or _said(lines[:start])):
        return lines[:start], lines[start:]
    return lines, []
