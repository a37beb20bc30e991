"""Topics: what the company writes about, on which basis, by which channels, how often at most; the words that are agreed to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.core.clock import now
from lanka.customers.models import Standing, Topic, Wording
from lanka.desk import channels
from lanka.desk.request import audited, me
from lanka.desk.settings.page import gone, page
from lanka.desk.settings.topic_form import Typed, offered_kinds, stored, take

SNAPSHOT = ("basis", "channels", "fallback_hours", "priority", "caps", "quiet", "counts", "tracked", "double_opt_in", "frequencies")


def topics(request: HttpRequest) -> HttpResponse:
    said = Standing.objects.filter(channel="").values("topic").annotate(yes=Count("pk", filter=Q(granted=True)), no=Count("pk"))
    counts = {row["topic"]: (row["yes"], row["no"] - row["yes"]) for row in said}
    rows = [row_of(topic, *counts.get(topic.pk, (0, 0))) for topic in Topic.objects.order_by("retired_at", "position", "pk")]
    return page(request, "desk/settings/topics.html", "topics", {"rows": rows})


def row_of(topic: Topic, yes: int, no: int) -> dict[str, Any]:
    ways = [(kind, channels.name(kind)) for kind in topic.channels]
    missing = [name for code, name in settings.LANGUAGES if not topic.names.get(code)]
    return {"topic": topic, "yes": yes, "no": no, "ways": ways, "missing": missing}


def topic_new(request: HttpRequest) -> HttpResponse:
    return edited(request, Topic())


def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(Topic, pk=pk))


def edited(request: HttpRequest, topic: Topic) -> HttpResponse:
    before = {name: getattr(topic, name) for name in SNAPSHOT}
    typed = stored(topic)
    if request.method == "POST":
        typed = take(topic, request.POST)
        if not typed.errors:
            save(topic, typed, request, before)
            messages.success(request, _("Saved."))
            return redirect("topics")
    context = {"topic": topic, "typed": typed, "errors": typed.errors, "kinds": offered_kinds()}
    return page(request, "desk/settings/topic.html", "topics", context, status=422 if typed.errors else 200)


@transaction.atomic
def save(topic: Topic, typed: Typed, request: HttpRequest, before: dict[str, Any]) -> None:
    new = topic.pk is None
    if new:
        topic.key = free_key(topic.names)
        topic.position = (Topic.objects.aggregate(most=Max("position"))["most"] or 0) + 1
    topic.save()
    written = new_wordings(topic, typed.wordings, request)
    changed = {name: getattr(topic, name) for name in SNAPSHOT if getattr(topic, name) != before[name]}
    audited(request, "topic.made" if new else "topic.changed", topic.name, changed=changed, wordings=written)


def new_wordings(topic: Topic, typed: dict[str, str], request: HttpRequest) -> list[str]:
    """A version never changes: other words are the next version. What was agreed to keeps its own."""
    written = []
    for language, text in typed.items():
        newest = Wording.objects.filter(topic=topic, language=language).order_by("-version").first()
        if text and (newest is None or newest.text != text):
            number = newest.version + 1 if newest else 1
            Wording.objects.create(topic=topic, language=language, version=number, text=text, at=now(), by=me(request))
            written.append(f"{language} {number}")
    return written


def free_key(names: dict[str, str]) -> str:
    start = slugify(names.get("en") or next(iter(names.values()), ""))[:34] or "topic"
    taken = set(Topic.objects.filter(key__startswith=start).values_list("key", flat=True))
    return next(key for key in (start, *(f"{start}-{n}" for n in range(2, 10_000))) if key not in taken)


@require_POST
@transaction.atomic
def topic_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up in the order that everybody sees."""
    order = list(Topic.objects.filter(retired_at=None).order_by("position", "pk"))
    at = next((n for n, topic in enumerate(order) if topic.pk == pk), 0)
    if at:
        order[at - 1], order[at] = order[at], order[at - 1]
    for position, topic in enumerate(order):
        Topic.objects.filter(pk=topic.pk).update(position=position)
    return gone("topics")


@require_POST
@transaction.atomic
def topic_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, or in use again. The ledger keeps what was said of it."""
    topic = get_object_or_404(Topic, pk=pk)
    topic.retired_at = None if topic.retired_at else now()
    topic.save(update_fields=["retired_at"])
    audited(request, "topic.retired" if topic.retired_at else "topic.back", topic.name)
    return gone("topics")
