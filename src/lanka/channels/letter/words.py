"""The few words that a letter says by itself, in the language of who reads it, and the date as they write it."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.conf import settings

CLOSINGS = {  # printed when the writer wrote none
    "en": "Kind regards",
    "fi": "Ystävällisin terveisin",
    "sv": "Med vänliga hälsningar",
    "pl": "Z poważaniem",
    "nb": "Med vennlig hilsen",
    "da": "Med venlig hilsen",
    "de": "Mit freundlichen Grüßen",
    "et": "Lugupidamisega",
}
SAME = {"no": "nb", "nn": "nb"}
HOW_PEOPLE_CLOSE = re.compile(
    r"^(ystävällisi|terveisin|yst\.? ?terv|parhain terveisin|kunnioit|med vänlig|vänliga? hälsning|hälsning|mvh\b|"
    r"bästa hälsning|z poważaniem|pozdrawiam|z wyrazami|serdecznie pozdrawiam|kind regards|best regards|regards\b|best wishes|"
    r"yours |sincerely|med vennlig|vennlig hilsen|hilsen\b|med venlig|venlig hilsen|mit freundlichen|"
    r"freundliche grüße|viele grüße|lugupidamisega|parimate)",
    re.IGNORECASE,
)


def base(language: str) -> str:
    """'fi-FI' → 'fi'; what we have no words for speaks English."""
    code = re.split(r"[-_]", language.lower())[0]
    code = SAME.get(code, code)
    return code if code in CLOSINGS else "en"


def typeset_language(language: str) -> tuple[str, str]:
    """Language and region for hyphenation: any that Typst may know, not only those we have words for."""
    parts = re.split(r"[-_]", language or "en")
    code = SAME.get(parts[0].lower(), parts[0].lower())
    region = next((p.upper() for p in parts[1:] if re.fullmatch(r"[A-Za-z]{2}", p)), "")
    return (code if re.fullmatch(r"[a-z]{2,3}", code) else "en"), region or ("GB" if code == "en" else "")


def date_words(at: datetime, language: str) -> str:
    """'22. marraskuuta 2026', '22 november 2026', '22 listopada 2026'."""
    try:
        locale = Locale.parse("en_GB" if base(language) == "en" else base(language))
    except UnknownLocaleError:
        locale = Locale.parse("en_GB")
    return format_date(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date(), "long", locale=locale)


def split_closing(text: str, agent: str) -> tuple[str, str]:
    """The letter's body, and its last lines where the writer closed it in their own words (then nothing is added)."""
    body = text.rstrip()
    cut = max(body.rfind("\n\n"), 0)
    last = body[cut:].strip()
    if HOW_PEOPLE_CLOSE.match(last) and len(last) < 200:
        return body[:cut].rstrip(), last
    lines = body.split("\n")
    for back in range(1, min(4, len(lines))):
        if HOW_PEOPLE_CLOSE.match(lines[-back].strip()):
            return "\n".join(lines[:-back]).rstrip(), "\n".join(lines[-back:]).strip()
    if agent and last.casefold() == agent.casefold():
        return body[:cut].rstrip(), last
    return body, ""


def closing(language: str, own: str, agent: str) -> tuple[list[str], str]:
    """What stands above the signature, and the name below it, said once."""
    said = [line.strip() for line in own.splitlines() if line.strip()] or [CLOSINGS[base(language)]]
    if agent and len(said) > 1 and said[-1].casefold() in (agent.casefold(), agent.split(maxsplit=1)[0].casefold()):
        said.pop()
    elif agent and said == [agent]:
        said = [CLOSINGS[base(language)]]
    return said, agent
