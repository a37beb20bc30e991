"""The message of a double opt-in: the exact words, and a link whose button makes them count."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lanka.channels.models import Line
from lanka.channels.registry import all_channels, view
from lanka.content.compose import brand_of, html, tokens
from lanka.core.ids import uuid7
from lanka.customers.models import Customer, Topic, Wording
from lanka.decide.links import confirm_url
from lanka.decide.opt_in import asked
from lanka.deliver.plan import plan
from lanka.people.models import User
from lanka.timeline.models import Event
from lanka.timeline.record import record


def line_for(kind: str) -> Line | None:
    """A line of this kind that may write first."""
    for line in Line.objects.filter(kind=kind, enabled=True).order_by("id"):
        can = all_channels()[kind].can(view(line)) if kind in all_channels() else None
        if can and can.speaks and can.first_contact:
            return line
    return None


@transaction.atomic
def ask_to_confirm(customer: Customer, topic: Topic, wording: Wording, *, line: Line, address: str, by: User | None, source: str) -> Event:
    """Asks at this address. Consent begins with the button behind the link (`decide.opt_in.confirm`), never with this."""
    question = asked(customer, topic, channel=line.kind, address=address, wording=wording, by=by, source=source)
    brand = brand_of(line.brand_id)
    language = customer.language or (brand.language if brand else "en")
    with translation.override(language):
        subject, text = words(topic, wording, confirm_url(customer, topic, question.pk))
    data = {"subject": subject, "language": language, "address": address, "automatic": True}
    where = {"channel": line.kind, "line_id": line.pk}
    event = record(customer, "message.out", actor=by, about=question.pk, text=text, data=data, **where)  # type: ignore[arg-type]
    assert event is not None  # it has no key
    can = all_channels()[line.kind].can(view(line))
    out = {
        "to": address,
        "to_name": customer.name,
        "text": text,
        "html": html(text, brand=brand, language=language) if can.html else "",
        "subject": subject if can.subject else "",
        "language": language,
        "sender": {"brand": tokens(brand)["name"], "name": "", "tokens": tokens(brand)},
        "data": {"automatic": True},
    }
    plan(event, line, address, out, id=uuid7())
    return event


def words(topic: Topic, wording: Wording, url: str) -> tuple[str, str]:
    """Subject and text, in the language of the moment."""
    subject = _("Please confirm: %(topic)s") % {"topic": topic.name}
    parts = [
        _("You asked to hear from us: %(topic)s. This is what you say yes to:") % {"topic": topic.name},
        f"“{wording.text}”",
        _("Confirm it here:"),
        url,
        _("If it was not you, do nothing: then nothing is sent."),
    ]
    return subject, "\n\n".join(parts)
