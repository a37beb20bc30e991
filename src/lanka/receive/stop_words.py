"""STOP, alone in a short message, is a no to everything that may be stopped on that channel; START takes it back.

The message stands in its conversation as any other. It is answered once, in the person's language.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from lanka.channels.base import Capabilities, ChannelError
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.conversations.models import Conversation
from lanka.conversations.reply import reply
from lanka.customers.models import Consent, Topic
from lanka.decide.choose import How, stop_all
from lanka.decide.consent import grant
from lanka.decide.reach import bases_of
from lanka.timeline.models import Event

WORDS = Path(__file__).with_name("stop_words.toml")
METHOD = {"stop": "stop-word", "start": "start-word"}


@cache
def known_words() -> dict[str, str]:
    """word → 'stop' or 'start'."""
    told = tomllib.loads(WORDS.read_text())
    return {word: what for lists in told.values() for what, words in lists.items() for word in words}


def meaning(text: str) -> str:
    """'stop', 'start', or '' for every message that says more than that."""
    return known_words().get(re.sub(r"[\s.!?,\"'“”]+", " ", text.casefold()).strip(), "")


def heeds(can: Capabilities) -> bool:
    """Short messages that lie in a pocket: not letters and mails, whose 'stop' is a sentence, nor a talk that goes on."""
    return can.speaks and not (can.subject or can.paper or can.must_be_online)


def heed(line: Line, event: Event) -> str:
    """After a message was taken, in its transaction. What it meant; '' for most."""
    what = meaning(event.text)
    if not what or not heeds(channel(line.kind).can(view(line))):
        return ""
    how = How(by=None, source=line.kind, method=METHOD[what], words=event.text.strip()[:200], proof={"event": event.pk}, at=event.at)
    changed = bool(stop_all(event.customer, how, channel=line.kind)) if what == "stop" else begin_again(event, how)
    if changed and not event.data.get("automatic"):
        confirm(line, event, what)
    return what


def begin_again(event: Event, how: How) -> bool:
    """Lifts what a stop word ended on this channel, and nothing else: START is no yes to what was never asked for."""
    bases, lifted = bases_of(event.customer_id), False
    for topic in Topic.objects.filter(retired_at=None):
        said = Consent.objects.filter(customer__in=bases, topic=topic, channel__in=["", how.source]).order_by("-at", "-pk").first()
        if said and not said.granted and said.proof.get("method") == METHOD["stop"] and said.channel == how.source:
            grant(event.customer, topic, channel=how.source, **how.said(topic, yes=True))
            lifted = True
    return lifted


def confirm(line: Line, event: Event, what: str) -> None:
    """One answer through the back door; without a line that can answer now there is none."""
    conversation = Conversation.objects.filter(pk=event.conversation_id or 0).select_related("customer").first()
    if conversation is None:
        return
    with translation.override(event.customer.language or conversation.language or "en"):
        text = (
            _("You get no more offers or news from us here. What your orders require still comes. START brings them back.")
            if what == "stop"
            else _("You get messages here again. STOP ends them.")
        )
    address = str(event.data.get("address", ""))
    key = f"{what}-word:{event.pk}"
    try:
        reply(conversation, by=None, text=text, line_id=line.pk, address=address, key=key, data={"automatic": True})
    except ChannelError:
        return
