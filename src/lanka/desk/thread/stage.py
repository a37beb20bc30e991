"""Everything beside the list: the thread, the composer and the person, in one go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lanka.conversations.models import Conversation, Mention
from lanka.core.clock import now
from lanka.desk.composer import ways
from lanka.desk.person.panel import panel
from lanka.desk.request import me
from lanka.desk.thread import knots


def stage_context(request: HttpRequest, conversation: Conversation, view: str) -> dict[str, Any]:
    user = me(request)
    Mention.objects.filter(user=user, conversation=conversation, read_at=None).update(read_at=now())
    return {
        "conversation": conversation,
        "stretch": knots.stretch(knots.story(conversation)),
        "back": reverse("inbox", args=[view]),
        **ways.context(conversation, user),
        **panel(conversation.customer, conversation),
    }
