"""Mail programs POST here by themselves when somebody presses their 'unsubscribe'; scanners and previews only ever GET."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lanka.customers.models import Claim, Customer, Identifier, Topic
from lanka.customers.standing import choices
from lanka.decide.choose import How, stop
from lanka.decide.links import Opened, Purpose, customer_of, mark_of, open_token, preference_url
from lanka.decide.reach import bases_of
from lanka.decide.take_back import take_back
from lanka.pages.page import gone, opened, page
from lanka.pages.preferences.words import channel_name

SOURCE = "unsubscribe"


@opened
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Any POST counts, not only the standard's own `List-Unsubscribe=One-Click`: whoever posts has pressed something."""
    link = open_token(token, Purpose.UNSUBSCRIBE)
    customer = customer_of(link) if link else None
    topic = Topic.objects.filter(pk=link.topic).first() if link else None
    if link is None or customer is None or topic is None:
        return gone(request)
    if request.method == "POST" and request.POST.get("do") == "undo":
        return undone(request, customer)
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        how = How(by=None, source=SOURCE, method="one-click" if one_click else "link", proof=proof(customer, link))
        changed = stop(customer, topic, how, channel=link.channel)
        if one_click:
            return HttpResponse(status=200, content_type="text/plain")
        return shown(request, customer, topic, link, at=how.at if changed else None)
    return shown(request, customer, topic, link)


def shown(request: HttpRequest, customer: Customer, topic: Topic, link: Opened, at: datetime | None = None) -> HttpResponse:
    out = topic.stoppable and not choices(customer).may(topic, link.channel)
    context = {"topic": topic, "channel": channel_name(link.channel), "out": out, "at": at, "centre": preference_url(customer, topic)}
    return page(request, "pages/unsubscribe/unsubscribe.html", context, customer)


def undone(request: HttpRequest, customer: Customer) -> HttpResponse:
    try:
        take_back(customer, datetime.fromisoformat(request.POST.get("at", "")), by=None, source=SOURCE)
    except (ValueError, TypeError):
        return gone(request)
    return redirect(request.get_full_path())


def proof(customer: Customer, link: Opened) -> dict[str, str]:
    """Which address of theirs the message with this link went to, as far as we still know it."""
    bases = bases_of(customer.pk)
    known = [
        *Identifier.objects.filter(customer__in=bases).values_list("value", flat=True),
        *Claim.objects.filter(customer__in=bases).values_list("value", flat=True),
    ]
    return {"address": next((value for value in known if mark_of(value) == link.mark), "")}
