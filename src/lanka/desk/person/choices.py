"""What this person hears, by which way, since when and why; and the menus with which an agent changes it while on the phone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Mark, Topic
from lanka.customers.standing import Choices, choices, ledger, topics, wording_now
from lanka.decide.choose import How, reach_by, set_wish, start, stop
from lanka.decide.mark import MarkedAlready, mark, unmark
from lanka.decide.offered import Offer, offered
from lanka.decide.opt_in import still_open
from lanka.decide.take_back import take_back
from lanka.deliver.opt_in import ask_to_confirm, line_for
from lanka.desk import channels
from lanka.desk.request import me, refuse, toast

AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Row:
    """One topic. `ways`: names, the first tried first. `word`: the newest word of the ledger on it, where there is one."""

    topic: Topic
    on: bool
    ways: list[tuple[str, str]]  # kind, name
    chosen: bool  # somebody chose these ways; else they are the topic's, as behaviour sorts them
    implied: bool
    paused: datetime | None
    waiting: bool
    word: Consent | None
    since: datetime | None

    @property
    def why(self) -> str:
        """The newest word, where it came from and with which words."""
        if self.word is None:
            return str(self.topic.get_basis_display())
        told = {"where": self.word.source, "words": self.word.words or (self.word.wording.text if self.word.wording else "")}
        return (_("yes, from %(where)s: %(words)s") if self.word.granted else _("no, from %(where)s: %(words)s")) % told


def rows_of(customer: Customer) -> list[Row]:
    found, known = choices(customer), [offer.kind for offer in offered(customer) if not offer.blocked]
    said = ledger(found.bases)
    return [row_of(customer, topic, found, known, next((one for one in said if one.topic_id == topic.pk), None)) for topic in topics()]


def row_of(customer: Customer, topic: Topic, found: Choices, known: list[str], word: Consent | None) -> Row:
    order, wish = found.order(topic, known), found.wish(topic)
    on = not topic.stoppable or bool(order) or (not known and found.may(topic, ""))
    paused = wish.pause_until if topic.stoppable and wish.pause_until and wish.pause_until > now() else None
    preference = found.preferences.get(topic.pk)
    times = [one.at for one in (word, preference) if one]
    return Row(
        topic=topic,
        on=on,
        ways=[(kind, channels.name(kind)) for kind in order],
        chosen=bool(wish.channels),
        implied=not wish.channels and any(found.leaning(kind) for kind in order),
        paused=paused,
        waiting=not on and topic.double_opt_in and still_open(customer, topic) is not None,
        word=word,
        since=max(times, default=None),
    )


def context_of(customer: Customer) -> dict[str, Any]:
    found = choices(customer)
    marks = Mark.objects.filter(customer__in=found.bases, lifted_at=None).select_related("by")
    return {"person": customer, "choices": rows_of(customer), "marks": list(marks), "bases": found.bases}


def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The part alone: after a change, here or by the person."""
    return render(request, "desk/person/choices.html", context_of(get_object_or_404(Customer, pk=pk)))


def menu(request: HttpRequest, pk: int, topic: int) -> HttpResponse:
    """What can be chosen for one topic."""
    customer, wanted = get_object_or_404(Customer, pk=pk), get_object_or_404(Topic, pk=topic)
    row = next((one for one in rows_of(customer) if one.topic == wanted), None)
    offers = [(offer, [offer.kind] == [kind for kind, _name in row.ways] if row else False) for offer in offered(customer)]
    confirms = wanted.double_opt_in and mailed(offered(customer)) is not None
    return render(request, "desk/person/choices_menu.html", {"person": customer, "row": row, "offers": offers, "confirms": confirms})


def mailed(offers: list[Offer]) -> Offer | None:
    """Where a double opt-in can ask: an electronic way that is not paid by the word."""
    return next((offer for offer in offers if not (offer.paper or offer.segmented or offer.blocked)), None)


@require_POST
@transaction.atomic
def choose(request: HttpRequest, pk: int, topic: int) -> HttpResponse:
    """`do`: 'stop', 'start', 'by:<kind>', 'add:<kind>', 'any', 'pause:<days>'. `words`: what they said, kept as proof."""
    customer, wanted = get_object_or_404(Customer, pk=pk), get_object_or_404(Topic, pk=topic)
    words = request.POST.get("words", "").replace("\0", "").strip()[:500]
    how = How(by=me(request), source=AGENT, method="spoken", words=words)
    verb, _colon, value = request.POST.get("do", "").partition(":")
    if verb == "start" and wanted.double_opt_in and (offer := mailed(offered(customer))):
        return asked(request, customer, wanted, offer)
    try:
        changed = did(customer, wanted, verb, value, how)
    except ValueError:
        changed = False
    if not changed:
        return refuse(_("That changes nothing."))
    undo = reverse("choices-undo", args=[pk]) + f"?at={how.at.isoformat().replace('+', '%2B')}"
    return toast(
        render(request, "desk/person/choices.html", context_of(customer)), _("Kept: %(topic)s") % {"topic": wanted.name}, undo=undo
    )


def did(customer: Customer, topic: Topic, verb: str, value: str, how: How) -> bool:
    """False: nothing changed, or there is no such deed. Raises ValueError."""
    found, known = choices(customer), [offer.kind for offer in offered(customer)]
    if verb == "stop":
        return stop(customer, topic, how)
    if verb == "start" and topic.stoppable:
        start(customer, topic, how)
        return True
    if verb in ("by", "add") and value in known:
        reach_by(customer, topic, [value] if verb == "by" else [*dict.fromkeys([*found.order(topic, known), value])], how)
        return True
    if verb == "any":
        return set_wish(customer, topic, replace(found.own(topic), channels=()), how)
    if verb == "pause" and value.isdigit():
        until = now() + timedelta(days=int(value)) if int(value) else None
        return set_wish(customer, topic, replace(found.own(topic), pause_until=until), how)
    return False


def asked(request: HttpRequest, customer: Customer, topic: Topic, offer: Offer) -> HttpResponse:
    """A yes on the phone to a topic with double opt-in: they get a message, and its button makes the yes."""
    line, wording = line_for(offer.kind), wording_now(topic, customer.language)
    if line is None or wording is None:
        return refuse(_("This topic has no wording yet: write it in the settings."))
    ask_to_confirm(customer, topic, wording, line=line, address=offer.address, by=me(request), source=AGENT)
    words = _("Asked at %(address)s: it counts when they press the button") % {"address": offer.address}
    return toast(render(request, "desk/person/choices.html", context_of(customer)), words)


@require_POST
@transaction.atomic
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=pk)
    try:
        back = take_back(customer, datetime.fromisoformat(request.GET.get("at", "")), by=me(request), source=AGENT)
    except (ValueError, TypeError):
        back = None
    return toast(HttpResponse(status=204), _("As it was before")) if back else refuse(_("That can no longer be undone."))


@require_POST
@transaction.atomic
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """`what`: 'deceased' or 'moved', with `why`; `lift`: the mark that was a mistake."""
    customer, why = get_object_or_404(Customer, pk=pk), request.POST.get("why", "").replace("\0", "").strip()[:500]
    if lift := request.POST.get("lift", ""):
        known = Mark.objects.filter(pk=lift if lift.isdigit() else 0, customer__in=choices(customer).bases, lifted_at=None).first()
        if known is None:
            return refuse(_("That was undone already."))
        unmark(customer, known, by=me(request), why=why)
        return toast(render(request, "desk/person/choices.html", context_of(customer)), _("As it was before"))
    what = request.POST.get("what", "")
    if what not in Mark.What.values or not why:
        return refuse(_("Say from whom you know it."))
    try:
        mark(customer, what, by=me(request), why=why)
    except MarkedAlready:
        return refuse(_("That is known already."))
    return toast(render(request, "desk/person/choices.html", context_of(customer)), _("Kept"))
