"""A customer's phone, browser and letterbox."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from lanka.channels.letter import raster
from lanka.core.clock import now
from lanka.town import door
from lanka.town.look import played
from lanka.town.models import Dweller, Item, Kind


def act(request: HttpRequest, person: Dweller, verb: str, **data: object) -> bool:
    """Through the town's process, with a message on the page when it could not be done."""
    try:
        door.ask(person.number, verb, **data)
    except door.Asleep:
        messages.error(request, _("The town is asleep: its process does not run."))
    except door.Refused as error:
        messages.error(request, _("That did not work: %(why)s") % {"why": error})
    else:
        return True
    return False


def things(person: Dweller, kind: Kind) -> QuerySet[Item]:
    return Item.objects.filter(dweller=person, kind=kind)


def unopened(person: Dweller) -> dict[str, int]:
    """How many of each kind lie there; `phone`: in both its apps."""
    kinds = list(person.items.filter(mine=False, opened_at=None).values_list("kind", flat=True))
    counted = {kind.value: kinds.count(kind.value) for kind in Kind}
    return {**counted, "phone": counted["sms"] + counted["bot"]}


def opened(items: QuerySet[Item]) -> None:
    items.filter(opened_at=None).update(opened_at=now())


def since(request: HttpRequest, last: int) -> bool:
    """A page that polls: has anything come since it looked last?"""
    return request.GET.get("last", "") == str(last)


@require_GET
@played
def person(request: HttpRequest, person: Dweller) -> HttpResponse:
    waiting = unopened(person)
    place = next(
        (name for kind, name in (("mail", "mail"), ("sms", "phone"), ("bot", "telegram"), ("letter", "letters")) if waiting.get(kind)), ""
    )
    return redirect(f"town:{place or ('phone' if person.phone else 'mail' if person.email else 'walk')}", person.number)


APPS = {"sms": Kind.SMS, "bot": Kind.BOT}  # on the phone: the verb and the items of each


@require_http_methods(["GET", "POST"])
@played
def phone(request: HttpRequest, person: Dweller, app: str = "sms") -> HttpResponse:
    if request.method == "POST":
        text = request.POST.get("text", "").strip()[:1000]
        if text:
            act(request, person, app, text=text)
        if not request.headers.get("HX-Request"):
            return redirect(request.path)
    mine = things(person, APPS[app])
    thread = list(mine.order_by("-id")[:60])[::-1]
    last = thread[-1].pk if thread else 0
    if request.method == "GET" and since(request, last):
        return HttpResponse(status=204)
    opened(mine)
    context = {"person": person, "thread": thread, "last": last, "tab": "phone", "app": app, "waiting": unopened(person)}
    fragment = request.headers.get("HX-Request")
    return render(request, "town/person/thread.html" if fragment else "town/person/phone.html", context)


@require_GET
@played
def web(request: HttpRequest, person: Dweller) -> HttpResponse:
    return render(request, "town/person/web.html", {"person": person, "tab": "web", "waiting": unopened(person)})


@require_GET
@played
def letters(request: HttpRequest, person: Dweller) -> HttpResponse:
    found = list(things(person, Kind.LETTER).order_by("-id")[:40])
    last = found[0].pk if found else 0
    if since(request, last):
        return HttpResponse(status=204)
    context = {"person": person, "letters": found, "last": last, "tab": "letters", "waiting": unopened(person)}
    fragment = request.headers.get("HX-Request")
    return render(request, "town/person/pile.html" if fragment else "town/person/letters.html", context)


def letter(person: Dweller, item: int) -> Item:
    found = things(person, Kind.LETTER).filter(pk=item, body__isnull=False).first()
    if found is None:
        raise Http404
    opened(things(person, Kind.LETTER).filter(pk=item))
    return found


@require_GET
@xframe_options_sameorigin
@played
def pdf(request: HttpRequest, person: Dweller, item: int) -> HttpResponse:
    return HttpResponse(bytes(letter(person, item).body or b""), content_type="application/pdf")


@require_GET
@played
def page(request: HttpRequest, person: Dweller, item: int) -> HttpResponse:
    """The first page as a picture, for those whose browser shows no PDF."""
    return HttpResponse(raster.png(bytes(letter(person, item).body or b"")), content_type="image/png")
