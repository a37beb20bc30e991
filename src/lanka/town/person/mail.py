"""A customer's mailbox: read as their mail program would show it, answer, write anew."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from lanka.core.clock import now
from lanka.town.devices.mailbox import html_of, parsed
from lanka.town.look import played
from lanka.town.models import Dweller, Item, Kind
from lanka.town.person.devices import act, since, things, unopened

# what a mail program allows a mail: its own styles and its own pictures, no script, nothing from outside
POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def context_of(person: Dweller) -> dict[str, object]:
    mails = list(things(person, Kind.MAIL).order_by("-id")[:60])
    return {"person": person, "mails": mails, "last": mails[0].pk if mails else 0, "tab": "mail", "waiting": unopened(person)}


@require_GET
@played
def mailbox(request: HttpRequest, person: Dweller) -> HttpResponse:
    context = context_of(person)
    if since(request, int(str(context["last"]))):
        return HttpResponse(status=204)
    return render(request, "town/person/mails.html" if request.headers.get("HX-Request") else "town/person/mail.html", context)


def the_mail(person: Dweller, item: int) -> Item:
    return get_object_or_404(Item, pk=item, dweller=person, kind=Kind.MAIL)


@require_http_methods(["GET", "POST"])
@played
def read(request: HttpRequest, person: Dweller, item: int) -> HttpResponse:
    mail = the_mail(person, item)
    if request.method == "POST":
        text = request.POST.get("text", "").strip()[:20_000]
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        if text and act(request, person, "mail", subject=subject, text=text, answers=mail.pk):
            return redirect("town:mail", person.number)
    if mail.opened_at is None:
        Item.objects.filter(pk=mail.pk).update(opened_at=now())
    html = bool(mail.body) and bool(html_of(parsed(bytes(mail.body or b""))))
    return render(request, "town/person/mail.html", {**context_of(person), "mail": mail, "html": html})


@require_GET
@xframe_options_sameorigin
@played
def body(request: HttpRequest, person: Dweller, item: int) -> HttpResponse:
    mail = the_mail(person, item)
    if not mail.body:
        raise Http404
    shown = html_of(parsed(bytes(mail.body))).replace("<head>", '<head><base target="_blank">', 1)  # a mail program opens links beside it
    answer = HttpResponse(shown)
    answer["Content-Security-Policy"] = POLICY
    return answer


@require_http_methods(["GET", "POST"])
@played
def write(request: HttpRequest, person: Dweller) -> HttpResponse:
    if request.method == "POST":
        subject, text = (request.POST.get(name, "").strip()[:20_000] for name in ("subject", "text"))
        if text and act(request, person, "mail", subject=subject[:200], text=text):
            return redirect("town:mail", person.number)
    return render(request, "town/person/mail.html", {**context_of(person), "writing": True})
