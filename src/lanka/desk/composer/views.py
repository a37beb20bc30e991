"""The composer's answers: send, keep, measure, look, find an answer in the book."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.channels.base import ChannelError
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.conversations.close import close
from lanka.conversations.models import Conversation, Draft
from lanka.conversations.note import note
from lanka.conversations.reply import reply
from lanka.conversations.snooze import snooze
from lanka.desk.composer.upload import kept_files
from lanka.desk.request import changed, me, refuse, toast


def conversation_of(pk: int) -> Conversation:
    return get_object_or_404(Conversation.objects.select_related("customer", "assignee", "team"), pk=pk)


def way_of(mode: str) -> tuple[int, str]:
    """'<line id>:<address>'. Raises ValueError."""
    line, sep, address = mode.partition(":")
    if not sep or not line.isdigit() or not address:
        raise ValueError(_("Choose how to send it."))
    return int(line), address


def given_key(request: HttpRequest) -> str | None:
    """The browser's own id of this message: sent twice, it is one."""
    key = request.POST.get("key", "")
    return f"desk:{me(request).pk}:{key[:80]}" if key else None


@require_POST
def do_reply(request: HttpRequest, pk: int) -> HttpResponse:
    conversation, text, mode = conversation_of(pk), request.POST.get("text", "").strip(), request.POST.get("mode", "")
    try:
        with transaction.atomic():
            if mode == "note":
                write_note(request, conversation, text)
            else:
                write_answer(request, conversation, text, mode)
            said = then(request, conversation)
    except (ValueError, ChannelError) as error:
        return refuse(_(str(error)) if str(error) else _("It could not be sent."))
    response = changed(HttpResponse(status=204), pk)
    return toast(response, said) if said else response


def write_note(request: HttpRequest, conversation: Conversation, text: str) -> None:
    if not text:
        raise ValueError(_("Write the note first."))
    note(conversation, by=me(request), text=text)
    Draft.objects.filter(conversation=conversation, user=me(request)).delete()


def write_answer(request: HttpRequest, conversation: Conversation, text: str, mode: str) -> None:
    line, address = way_of(mode)
    held = kept_files(request.POST.get("files", "[]"), conversation, me(request))
    subject = request.POST.get("subject", "").strip()[:300]
    try:
        reply(conversation, by=me(request), text=text, line_id=line, address=address, files=held, subject=subject, key=given_key(request))
    except Line.DoesNotExist as error:
        raise ValueError(_("That line is not in use any more. Choose another way.")) from error


def then(request: HttpRequest, conversation: Conversation) -> str:
    """What is to follow the message: close it, or come back later."""
    wish, until = request.POST.get("then"), parse_datetime(request.POST.get("until", ""))
    if wish == "close":
        close(conversation, by=me(request))
        return _("Sent and closed")
    if wish == "snooze" and until:
        snooze(conversation, by=me(request), until=until)
        return _("Sent and snoozed")
    return ""


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is being written. An empty one is thrown away."""
    conversation, text = conversation_of(pk), request.POST.get("text", "")[:100_000]
    held = kept_files(request.POST.get("files", "[]"), conversation, me(request))
    own: dict[str, Any] = {"conversation": conversation, "user": me(request)}
    if not text.strip() and not held:
        Draft.objects.filter(**own).delete()
    else:
        Draft.objects.update_or_create(**own, defaults={"text": text, "mode": request.POST.get("mode", "")[:60], "files": held})
    return HttpResponse(status=204)


def measure(request: HttpRequest) -> JsonResponse:
    """`?line=&text=`: how many parts, how many characters are left, what it costs."""
    line = get_object_or_404(Line, pk=request.GET.get("line") or 0, enabled=True)
    seen = view(line)
    spoken = channel(line.kind)
    can, found = spoken.can(seen), spoken.measure(seen, request.GET.get("text", "")[:20_000])
    return JsonResponse(
        {"parts": found.parts, "left": found.left, "note": found.note, "cost": can.cost * found.parts, "currency": can.currency}
    )


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The message as it will arrive, drawn by its channel."""
    from lanka.desk.composer.preview import drawn

    try:
        line, address = way_of(request.POST.get("mode", ""))
        sheet = drawn(conversation_of(pk), get_object_or_404(Line, pk=line), address, request, me(request))
    except (ValueError, ChannelError) as error:
        return refuse(_(str(error)))
    response = HttpResponse(sheet.data, content_type=sheet.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'; sandbox"
    return response


def answers(request: HttpRequest) -> HttpResponse:
    """`?q=&conversation=`: from the answer book, in the customer's language, fields filled in. `&at`: colleagues to call by name."""
    from lanka.desk.composer.book import colleagues, found_answers

    if "at" in request.GET:
        return render(request, "desk/composer/colleagues.html", {"people": colleagues(request.GET.get("q", ""))})
    conversation = conversation_of(int(request.GET.get("conversation") or 0))
    context: dict[str, Any] = {"answers": found_answers(request.GET.get("q", ""), conversation, me(request))}
    return render(request, "desk/composer/answers.html", context)
