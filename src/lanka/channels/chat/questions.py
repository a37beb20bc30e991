"""The questions before the chat, as a company writes them in one field.

    name
    email*
    topic: An order | A repair | Something else
    topic/fi: Tilaus | Huolto | Jokin muu

A line without options is a known question (its words are in `words/`) or a text question by its own name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KNOWN = ("name", "email", "phone", "order", "topic")
LINE = re.compile(r"^(?P<key>[^:*/|]{1,40}?)(?:/(?P<language>[a-z]{2}))?\s*(?P<star>\*)?\s*(?::\s*(?P<options>.+))?$")
MOST = 6


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    required: bool = False
    options: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {"key": self.key, "required": self.required, "options": list(self.options)}


def questions_in(text: str, language: str = "") -> list[Question]:
    """In the order written. A line for another language is left out. Raises ValueError with words for the form."""
    found: dict[str, Question] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.match(line)
        if match is None:
            raise ValueError(f"“{line}” is not a question; write for instance: email*")
        key = match["key"].strip()
        options = tuple(filter(None, (o.strip()[:60] for o in (match["options"] or "").split("|"))))
        if match["language"] and match["language"] != language:
            continue
        required = bool(match["star"]) or (key in found and found[key].required)
        found[key] = Question(key, required, options[:8])
    if len(found) > MOST:
        raise ValueError(f"{len(found)} questions would send visitors away; ask at most {MOST}")
    return list(found.values())
