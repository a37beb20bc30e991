"""GET shows the words and a button, POST confirms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from lanka.content.compose import brand_of
from lanka.customers.models import Customer, Topic, Wording
from lanka.customers.standing import choices, wording_now
from lanka.decide.links import Opened, Purpose, customer_of, open_token, preference_url
from lanka.decide.opt_in import TooLate, confirm
from lanka.pages.page import gone, language_of, opened, page
from lanka.timeline.models import Event


@opened
def opt_in(request: HttpRequest, token: str) -> HttpResponse:
    link = open_token(token, Purpose.CONFIRM)
    customer = customer_of(link) if link else None
    topic = Topic.objects.filter(pk=link.topic, retired_at=None).first() if link else None
    if link is None or customer is None or topic is None:
        return gone(request)
    late = False
    if request.method == "POST":
        try:
            confirm(customer, topic, link)
        except TooLate:
            late = True
    context = {"topic": topic, "late": late, "centre": preference_url(customer, topic), **words(request, customer, topic, link)}
    return page(request, "pages/opt_in/opt_in.html", context, customer, status=410 if late else 200)


def words(request: HttpRequest, customer: Customer, topic: Topic, link: Opened) -> dict[str, object]:
    """The wording that was asked with, and whether it stands."""
    event = Event.objects.filter(pk=link.mark, kind="consent.asked").first()
    language = language_of(request, customer, brand_of(None))
    with translation.override(language):
        wording = Wording.objects.filter(pk=(event.data.get("wording") if event else 0) or 0).first() or wording_now(topic, language)
    return {"wording": wording, "stands": bool(event) and choices(customer).may(topic, event.channel if event else "")}
