"""A guess at the charset of a few undeclared bytes: a subject, a name, a body without a label.

`charset-normalizer` needs a paragraph; headers have ten bytes. So candidates are weighed by how their letters sit in words and by
which letters the languages around us use; with a paragraph at hand and no clear winner the library decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from charset_normalizer import from_bytes

SAMPLE = 4000
LATIN = frozenset("äöåüßéèëáçñóíúøæłąęśźżćńšžěčřýůőűďťľĺÄÖÅÜÉŁŚŻŹĆ")
SELDOM = frozenset("êàâãòôõìîùû")
CYRILLIC = re.compile("[а-яёіїєґ]")
CAPITALS = re.compile("[А-ЯЁІЇЄҐ]")
PUNCTUATION = frozenset("–—‘’“”„…•€«»°§\xa0®™·")
KANA = re.compile("[ぁ-んァ-ヶー]")
MIXED = re.compile("[A-Za-z][^\x00-\u024f]|[^\x00-\u024f][A-Za-z]")
HANGUL = re.compile("[가-힣]")
COMMON_HANGUL = frozenset("이다는을가에의로고하기지사안녕세요니습를은도시어한리자정대일스해전나인아서장났과만수부보주제그있게여구상")
ODD = re.compile("[\x80-\x9f\ufffd\ue000-\uf8ff]")


def guess(data: bytes) -> str:
    sample = _sample(data)
    best, score = max(((name, _score(sample, name, weigh)) for name, weigh in CANDIDATES), key=lambda found: found[1])
    if score < 0.5 and len(data) > 200 and (found := from_bytes(sample).best()):
        best = found.encoding
    try:
        return data.decode(best)
    except (UnicodeError, LookupError):
        return data.decode(best if score > 0 else "cp1252", "replace")


def _sample(data: bytes) -> bytes:
    """From a little before the first 8-bit byte, ending with ASCII so that no character is cut in two."""
    first = next((at for at, byte in enumerate(data) if byte > 127), 0)
    sample = data[max(0, first - 40) : first + SAMPLE]
    if len(data) > first + SAMPLE:
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1] or sample
    return sample


def _score(sample: bytes, name: str, weigh: Callable[[str, bytes], float]) -> float:
    try:
        text = sample.decode(name)
    except (UnicodeError, ValueError):
        return -9
    high = sum(c > "\x7f" for c in text) or 1
    score = weigh(text, sample) - (3 * len(ODD.findall(text)) + len(MIXED.findall(text))) / high
    if weigh in ASIAN and high < 0.4 * (high + sum(c.isascii() and c.isalpha() for c in text)):
        score -= 0.5  # a few foreign letters among many Latin ones are umlauts
    return score


def _latin(text: str, sample: bytes) -> float:
    """Each foreign letter counts where it stands in or beside a word of Latin letters; signs inside words count against."""
    total = 0.0
    high = [at for at, c in enumerate(text) if c > "\x7f"]
    for at in high:
        c, near = text[at], text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        beside = sum(n.isalpha() and n < "\u0250" for n in near)
        if c in LATIN:
            total += 1.0 if beside and not (c.isupper() and near[:1].islower()) else 0.4
        elif c in SELDOM:
            total += 0.9 if beside else 0.3
        elif c in PUNCTUATION:
            total += 0.5 if beside < 2 else 0.1
        elif c.isalpha():
            total += 0.2 if beside else -0.3
        else:
            total -= 1.0 if beside else 0.2
    longest = max((len(run) for run in re.findall(r"[^\x00-\x7f]+", text)), default=0)
    return total / max(1, len(high)) - (0.6 if longest > 4 else 0)


def _cyrillic(text: str, sample: bytes) -> float:
    high = sum(c > "\x7f" for c in text) or 1
    small, big = len(CYRILLIC.findall(text)), len(CAPITALS.findall(text))
    inside = len(re.findall("[а-яё][А-ЯЁ]", text))
    common = sum(text.count(c) for c in "оеаинтсОЕАИНТС")
    return (small + 0.6 * big - 2 * inside) / high + 0.5 * common / high - (0.3 if high > 2 else 1.2)


def _chinese(text: str, sample: bytes) -> float:
    """GB 2312's first level (lead bytes B0–D7) holds the 3,755 everyday characters; Big5 has them at A4–C6."""
    ideographs = [c for c in text if unicodedata.east_asian_width(c) in "WF"]
    everyday = 0
    for c in ideographs:
        code = c.encode("gb2312", "ignore")
        everyday += bool(code) and 0xB0 <= code[0] <= 0xD7
        everyday += 0xA1 <= (code[0] if code else 0) <= 0xA3
    high = sum(c > "\x7f" for c in text) or 1
    return 1.25 * everyday / high - 0.5 * len(KANA.findall(text)) / high


def _traditional(text: str, sample: bytes) -> float:
    high = [c for c in text if c > "\x7f"]
    everyday = 0
    for c in high:
        code = c.encode("big5", "ignore")
        everyday += bool(code) and (0xA4 <= code[0] <= 0xC6 or code[0] <= 0xA1)
    return 1.2 * everyday / max(1, len(high))


def _japanese(text: str, sample: bytes) -> float:
    high = sum(c > "\x7f" for c in text) or 1
    kana = len(KANA.findall(text)) / high
    return (0.7 + kana) * sum(unicodedata.east_asian_width(c) in "WF" for c in text) / high


def _korean(text: str, sample: bytes) -> float:
    high = sum(c > "\x7f" for c in text) or 1
    hangul = HANGUL.findall(text)
    common = sum(syllable in COMMON_HANGUL for syllable in hangul) / high
    return (len(hangul) / high + common) if all(b > 0xA0 or b < 0x80 for b in sample) else 0.4 * len(hangul) / high


ASIAN = (_chinese, _traditional, _japanese, _korean)
CANDIDATES: tuple[tuple[str, Callable[[str, bytes], float]], ...] = (
    ("cp1252", _latin),
    ("cp1250", _latin),
    ("iso8859-2", _latin),
    ("iso8859-15", _latin),
    ("cp850", lambda text, sample: _latin(text, sample) - 0.1),
    ("cp1251", _cyrillic),
    ("koi8-r", _cyrillic),
    ("iso8859-5", _cyrillic),
    ("gb18030", _chinese),
    ("big5hkscs", _traditional),
    ("euc_jis_2004", _japanese),
    ("cp932", _japanese),
    ("cp949", _korean),
)
