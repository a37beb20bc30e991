"""What the live stream carries: the changed row, rendered once for everybody (it holds nothing of the viewer)."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string

from lanka.conversations.models import Conversation


def rows(ids: Iterable[int]) -> dict[int, str]:
    """Each one's row. Everything the browser must know of it stands in its data attributes."""
    found = Conversation.objects.filter(pk__in=list(ids)).select_related("customer", "assignee")
    return {row.pk: render_to_string("desk/inbox/row.html", {"row": row}) for row in found}


def render(topics: list[str]) -> dict[str, str]:
    """For the edge, in a thread: topic `conversation:<id>` -> the HTML of its row."""
    ids = {int(topic.partition(":")[2]): topic for topic in topics if topic.startswith("conversation:") and topic[13:].isdigit()}
    return {ids[pk]: html for pk, html in rows(ids).items()} if ids else {}
