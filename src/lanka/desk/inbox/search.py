"""Finds conversations: by the person's names and addresses, and by words of any message."""

from __future__ import annotations

from django.db.models import Q

from lanka.conversations.models import Conversation
from lanka.customers.find import find
from lanka.customers.load import bases_of
from lanka.desk.inbox.query import Page, read_key
from lanka.desk.inbox.query import page as page_of
from lanka.timeline.models import Event

MOST = 400  # matching messages looked at, newest first


def by_words(words: str) -> list[int]:
    """Conversations whose messages hold all these words, as written or by stem."""
    rows = Event.objects.extra(
        where=[
            "search @@ (websearch_to_tsquery('simple', %s) || websearch_to_tsquery('finnish', %s)"
            " || websearch_to_tsquery('swedish', %s) || websearch_to_tsquery('english', %s))"
        ],
        params=[words] * 4,
    ).exclude(conversation_id=None)
    return list(dict.fromkeys(rows.order_by("-id").values_list("conversation_id", flat=True)[:MOST]))


def everybody(words: str) -> list[int]:
    """All bases of the people that the words find."""
    return [base for bases in bases_of(person.pk for person in find(words, limit=40)).values() for base in bases]


def page(rows: object, words: str, before: str = "") -> Page:
    """Newest first. Empty words find nothing."""
    if len(words) < 2:
        return Page([], "")
    found = Conversation.objects.filter(Q(pk__in=by_words(words)) | Q(customer__in=everybody(words)), merged_into=None)
    if words.lstrip("#").isdigit() and len(words) < 12:
        found = found | Conversation.objects.filter(pk=int(words.lstrip("#")))
    return page_of(found, before if read_key(before) else "")
