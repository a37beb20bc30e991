"""What one does with a conversation, from its head, from the list for many, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lanka.conversations.assign import assign
from lanka.conversations.close import close, reopen
from lanka.conversations.merge import merge_conversations, split_conversations
from lanka.conversations.models import Conversation
from lanka.conversations.see import mark_seen
from lanka.conversations.snooze import snooze
from lanka.conversations.tag import set_field, tag
from lanka.desk.request import changed, me, refuse, toast
from lanka.people.models import Team, User
from lanka.people.rights import allowed

Verb = Callable[[Conversation], str]  # does it, gives the words for the toast


def chosen(request: HttpRequest, pk: int | None) -> list[Conversation]:
    """The one of the address, or the ticked ones (for who may do many at once)."""
    if pk is not None:
        return [get_object_or_404(Conversation.objects.select_related("customer"), pk=pk)]
    ids = [int(i) for i in request.POST.get("ids", "").split() if i.isdigit()][:200]
    if len(ids) > 1 and not allowed(me(request), "conversations.bulk"):
        ids = []
    return list(Conversation.objects.filter(pk__in=ids).select_related("customer"))


def act(request: HttpRequest, pk: int | None, verb: Verb, undo: str = "") -> HttpResponse:
    """Runs the verb on each, answers with the head of the one that is open, a toast, and what to look at again."""
    conversations = chosen(request, pk)
    if not conversations:
        return refuse(_("Choose one conversation. Doing many at once needs a supervisor."), 403)
    try:
        with transaction.atomic():
            words = [verb(conversation) for conversation in conversations][-1]
    except ValueError as error:
        return refuse(error)
    if len(conversations) > 1:
        words = f"{words} · {len(conversations)}"
    response = head(request, conversations[0]) if pk is not None else HttpResponse(status=204)
    toast(response, words, undo=reverse(undo, args=[pk]) if undo and pk else "")
    return changed(response, *(conversation.pk for conversation in conversations))


def head(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    fresh = Conversation.objects.select_related("customer", "assignee", "team").get(pk=conversation.pk)
    back = request.headers.get("HX-Current-URL", "").rpartition("/inbox/")[2].partition("/")[0] or "mine"
    return render(request, "desk/thread/head.html", {"conversation": fresh, "back": reverse("inbox", args=[back])})


def head_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The head alone, after somebody else changed something."""
    return head(request, get_object_or_404(Conversation, pk=pk))


@require_POST
def do_close(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    def verb(conversation: Conversation) -> str:
        close(conversation, by=me(request))
        return pgettext("done", "Closed")

    return act(request, pk, verb, undo="do-reopen")


@require_POST
def do_reopen(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    def verb(conversation: Conversation) -> str:
        reopen(conversation, by=me(request))
        return pgettext("done", "Open again")

    return act(request, pk, verb)


@require_POST
def do_snooze(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    until = parse_datetime(request.POST.get("until", "").replace(" ", "+"))

    def verb(conversation: Conversation) -> str:
        if until is None or until.tzinfo is None:
            raise ValueError(_("Choose a moment that lies ahead."))
        snooze(conversation, by=me(request), until=until)
        return pgettext("done", "Snoozed")

    return act(request, pk, verb, undo="do-reopen")


@require_POST
def do_assign(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """`to`: 'user-5', 'team-2', 'me' or 'nobody'. Giving it to a person keeps the team."""
    kind, _sep, number = request.POST.get("to", "").partition("-")

    def verb(conversation: Conversation) -> str:
        to, team = None, conversation.team
        if kind == "me":
            to = me(request)
        elif kind == "user":
            to = get_object_or_404(User, pk=number, is_active=True)
        elif kind == "team":
            team = get_object_or_404(Team, pk=number)
        assign(conversation, by=me(request), to=to, team=team)
        return _("Assigned to %(whom)s") % {"whom": to or team} if kind != "nobody" else _("Assigned to nobody")

    return act(request, pk, verb)


def words_of(request: HttpRequest, name: str) -> Iterable[str]:
    return [word.strip() for word in request.POST.getlist(name) if word.strip()]


@require_POST
def do_tag(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    def verb(conversation: Conversation) -> str:
        tag(conversation, by=me(request), add=words_of(request, "add"), remove=words_of(request, "remove"))
        return _("Tags changed")

    return act(request, pk, verb)


@require_POST
def do_field(request: HttpRequest, pk: int) -> HttpResponse:
    name, value = request.POST.get("name", "").strip()[:60], request.POST.get("value", "").strip()[:500]

    def verb(conversation: Conversation) -> str:
        if not name:
            raise ValueError(_("Give the field a name."))
        set_field(conversation, by=me(request), name=name, value=value)
        return _("Kept")

    return act(request, pk, verb)


@require_POST
def do_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Joins `other` into this one. The toast holds the way back."""
    other = get_object_or_404(Conversation, pk=request.POST.get("other") or 0)
    into = get_object_or_404(Conversation.objects.select_related("customer"), pk=pk)
    try:
        with transaction.atomic():
            merge_conversations(into, other, by=me(request))
    except ValueError as error:
        return refuse(error)
    response = head(request, into)
    toast(response, _("Joined"), undo=reverse("do-part", args=[other.pk]))
    return changed(response, into.pk, other.pk)


@require_POST
def do_part(request: HttpRequest, pk: int) -> HttpResponse:
    other = get_object_or_404(Conversation.objects.select_related("customer"), pk=pk)
    into: Any = other.merged_into_id
    try:
        with transaction.atomic():
            split_conversations(other, by=me(request))
    except ValueError as error:
        return refuse(error)
    return changed(toast(HttpResponse(status=204), _("Parted again")), *filter(None, [other.pk, into]))


@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    mark_seen(get_object_or_404(Conversation, pk=pk), by=me(request))
    return HttpResponse(status=204)
