"""Canned answers: one answer, a text for each language, what is missing seen at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.content.models import Answer
from lanka.desk.request import audited
from lanka.desk.settings.page import gone, page

LONGEST = 10_000


def languages_of(answer: Answer) -> list[dict[str, Any]]:
    return [{"code": code, "name": name, "text": answer.texts.get(code, "")} for code, name in settings.LANGUAGES]


def answers(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = Answer.objects.order_by("title", "pk")
    if words:
        found = found.filter(Q(title__icontains=words) | Q(key__icontains=words) | Q(texts__icontains=words))
    rows = [{"answer": one, "languages": languages_of(one)} for one in found[:500]]
    return page(request, "desk/settings/answers.html", "answers", {"rows": rows, "query": words})


def answer_new(request: HttpRequest) -> HttpResponse:
    return edited(request, Answer())


def answer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(Answer, pk=pk))


def edited(request: HttpRequest, answer: Answer) -> HttpResponse:
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = take(answer, request)
        if not errors:
            save(answer, request)
            return redirect("answers-edit")
    context = {"answer": answer, "languages": languages_of(answer), "errors": errors}
    return page(request, "desk/settings/answer.html", "answers", context, status=422 if errors else 200)


def take(answer: Answer, request: HttpRequest) -> dict[str, str]:
    """What was typed, into the answer; gives what is wrong with it."""
    post = request.POST
    answer.title = post.get("title", "").replace("\0", "").strip()[:120]
    texts = {code: post.get(f"text-{code}", "").replace("\r\n", "\n").replace("\0", "").strip() for code, _name in settings.LANGUAGES}
    others = {code: text for code, text in answer.texts.items() if code not in texts}
    answer.texts = {**others, **{code: text for code, text in texts.items() if text}}
    errors = {}
    if not answer.title:
        errors["title"] = _("This is needed.")
    if not answer.texts:
        errors["texts"] = _("Write it in one language at least.")
    if any(len(text) > LONGEST for text in texts.values()):
        errors["texts"] = _("At most %(most)s characters.") % {"most": LONGEST}
    return errors


def free_key(title: str) -> str:
    start = slugify(title)[:50] or "answer"
    taken = set(Answer.objects.filter(key__startswith=start).values_list("key", flat=True))
    return next(key for key in (start, *(f"{start}-{n}" for n in range(2, 10_000))) if key not in taken)


@transaction.atomic
def save(answer: Answer, request: HttpRequest) -> None:
    new = answer.pk is None
    answer.key = answer.key or free_key(answer.title)
    answer.save()
    audited(request, "answer.made" if new else "answer.changed", answer.title, languages=sorted(answer.texts))


@require_POST
@transaction.atomic
def answer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(Answer, pk=pk)
    audited(request, "answer.deleted", answer.title)
    answer.delete()
    return gone("answers-edit")
