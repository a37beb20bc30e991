"""The menus that are loaded when they open: to whom, until when, which words, with which other conversation."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lanka.conversations.models import Conversation
from lanka.decide.reach import bases_of
from lanka.desk.inbox.snooze import presets
from lanka.desk.request import me
from lanka.people.models import Team, User
from lanka.people.rights import allowed

TAGS = """
SELECT tag, count(*) FROM (SELECT unnest(tags) AS tag FROM (
  SELECT tags FROM conversations_conversation ORDER BY id DESC LIMIT 5000) recent) t
GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 60
"""


def the_one(request: HttpRequest) -> Conversation | None:
    """None: the menu serves the ticked ones of the list."""
    pk = request.GET.get("conversation", "")
    return get_object_or_404(Conversation, pk=pk) if pk.isdigit() else None


def menu_assign(request: HttpRequest) -> HttpResponse:
    people = [user for user in User.objects.filter(is_active=True).order_by("name") if allowed(user, "conversations.answer")]
    context = {"conversation": the_one(request), "people": people, "teams": Team.objects.order_by("name"), "me": me(request)}
    return render(request, "desk/inbox/menu_assign.html", context)


def menu_snooze(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/inbox/menu_snooze.html", {"conversation": the_one(request), "presets": presets()})


def menu_tag(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(TAGS)
        known = [tag for tag, _count in cursor.fetchall()]
    return render(request, "desk/inbox/menu_tag.html", {"conversation": the_one(request), "known": known})


def menu_join(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's other conversations first; those of others by number or words."""
    conversation = get_object_or_404(Conversation, pk=pk)
    others = Conversation.objects.filter(customer__in=bases_of(conversation.customer_id), merged_into=None).exclude(pk=pk)
    joined = Conversation.objects.filter(merged_into=conversation)
    context = {"conversation": conversation, "others": others.order_by("-last_at")[:12], "joined": joined}
    return render(request, "desk/inbox/menu_join.html", context)
