"""The answer book at the agent's fingers: by beginning of title or key, then by words."""

from __future__ import annotations

from dataclasses import dataclass

from lanka.channels.models import Line
from lanka.content.compose import brand_of, fill
from lanka.content.models import Answer
from lanka.conversations.models import Conversation
from lanka.people.models import User

MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    title: str
    key: str
    language: str
    text: str


def filled(text: str, conversation: Conversation, user: User) -> str:
    brand = brand_of(next((line.brand_id for line in Line.objects.filter(enabled=True).exclude(brand_id=None)[:1]), None))
    name = conversation.customer.name.split()[0] if conversation.customer.name else ""
    return fill(text, {"name": name, "agent": user.public_name or user.name, "brand": brand.name if brand else ""})


def in_language(answer: Answer, conversation: Conversation) -> tuple[str, str]:
    texts = answer.texts if isinstance(answer.texts, dict) else {}
    for language in (conversation.language, conversation.customer.language, "en", *texts):
        if language and texts.get(language[:2]):
            return language[:2], texts[language[:2]]
    return "", ""


def found_answers(words: str, conversation: Conversation, user: User) -> list[Found]:
    wanted = words.casefold().split()
    best: list[tuple[int, Found]] = []
    for answer in Answer.objects.order_by("title"):
        language, text = in_language(answer, conversation)
        title = f"{answer.title} {answer.key}".casefold()
        if text and all(word in title or word in text.casefold() for word in wanted):
            rank = 0 if all(word in title for word in wanted) else 1
            best.append((rank, Found(answer.title, answer.key, language, filled(text, conversation, user))))
    return [found for _rank, found in sorted(best, key=lambda pair: pair[0])[:MOST]]


def colleagues(words: str) -> list[User]:
    """Whom a note can call: the beginning of any of their names."""
    people = User.objects.filter(is_active=True).order_by("name")
    return [user for user in people if any(part.startswith(words.casefold()) for part in user.name.casefold().split())][:MOST]
