"""The thread in parts: what came after, what lies above."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lanka.conversations.models import Conversation
from lanka.desk.inbox.query import read_key
from lanka.desk.thread import knots


def events(request: HttpRequest, pk: int) -> HttpResponse:
    """`?after=<event id>`: the newer ones and the messages whose receipts changed. `?before=<key>`: the older ones."""
    conversation = get_object_or_404(Conversation, pk=pk)
    if before := read_key(request.GET.get("before", "")):
        found = knots.stretch(knots.story(conversation), before)
    else:
        after = request.GET.get("after", "0")
        found = knots.newer(conversation, int(after) if after.isdigit() else 0)
    response = render(request, "desk/thread/events.html", {"knots": found.knots})
    response["X-Older"], response["X-Last"] = found.older, str(found.last_id)
    return response
