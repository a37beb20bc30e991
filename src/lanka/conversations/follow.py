"""An answer that was not seen where it was written follows on a channel that keeps: what a chat said goes on by mail.

Batched: one message holds everything unseen. It carries our signed thread token, so the reply comes back into the same
conversation, and proves the address that the visitor had only typed.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from lanka.channels.base import ChannelError
from lanka.channels.models import Line
from lanka.channels.presence import Continues, last_page
from lanka.channels.registry import all_channels, view
from lanka.conversations.models import Conversation
from lanka.conversations.reply import reply
from lanka.core.clock import now
from lanka.customers.models import Claim, Identifier, Kind
from lanka.decide.reach import bases_of
from lanka.decide.suppress import suppressed
from lanka.deliver.models import Delivery, State
from lanka.timeline.models import Event

OLDEST = timedelta(days=3)  # what is older than this is not sent after anybody
KIND = Kind.EMAIL


def waits() -> dict[int, timedelta]:
    """Line → how long its messages may stay unseen."""
    found: dict[int, timedelta] = {}
    for line in Line.objects.filter(enabled=True):
        can = all_channels()[line.kind].can(view(line)) if line.kind in all_channels() else None
        if can and can.follow_after:
            found[line.pk] = can.follow_after
    return found


def keeping_line() -> Line | None:
    """A line that writes to addresses of the kind that people type into a form."""
    for line in Line.objects.filter(enabled=True).order_by("id"):
        can = all_channels()[line.kind].can(view(line)) if line.kind in all_channels() else None
        if can and can.speaks and can.address == KIND.name.lower():
            return line
    return None


def address_of(conversation: Conversation) -> str:
    """The newest proven address, else the newest that was typed; never one that is blocked."""
    bases = bases_of(conversation.customer_id)
    proven = Identifier.objects.filter(customer__in=bases, kind=KIND).order_by("-id").values_list("value", flat=True)
    typed = Claim.objects.filter(customer__in=bases, kind=KIND).order_by("-id").values_list("value", flat=True)
    every = [*proven, *typed]
    blocked = suppressed((KIND.name.lower(), value) for value in every)
    return next((value for value in every if (KIND.name.lower(), value) not in blocked), "")


def unseen(line_id: int, wait: timedelta) -> dict[int, list[Event]]:
    """Conversation → its messages on this line that lie there unseen for longer than `wait`, and have not followed yet."""
    lying = Delivery.objects.filter(
        line_id=line_id, state=State.HANDED, changed_at__lte=now() - wait, planned_at__gte=now() - OLDEST
    ).select_related("event")
    found: dict[int, list[Event]] = {}
    for delivery in lying.order_by("event__at", "event_id"):
        if delivery.event.conversation_id:
            found.setdefault(delivery.event.conversation_id, []).append(delivery.event)
    for conversation_id, events in list(found.items()):
        gone = Event.objects.filter(conversation_id=conversation_id, kind="message.out", data__has_key="follows")
        followed = {i for ids in gone.values_list("data__follows", flat=True) for i in ids}
        found[conversation_id] = [event for event in events if event.pk not in followed]
        if not found[conversation_id] or came_back(found[conversation_id][-1]):
            del found[conversation_id]
    return found


def came_back(event: Event) -> bool:
    """They wrote after it: they have seen it."""
    return Event.objects.filter(conversation_id=event.conversation_id, kind="message.in", id__gt=event.pk).exists()


def way_back(event: Event) -> str:
    """A link that opens the same thread where it was left, on whatever device the mail is read."""
    line = Line.objects.filter(pk=event.line_id or 0).first()
    talker = all_channels().get(line.kind) if line else None
    if line is None or not isinstance(talker, Continues):
        return ""
    address = str(event.data.get("address", ""))
    return talker.way_back(view(line), address, last_page(line.pk, address))


def send_after(conversation: Conversation, events: list[Event], line: Line) -> Event | None:
    address = address_of(conversation)
    if not address:
        return None
    language = conversation.language or conversation.customer.language or "en"
    with translation.override(language):
        subject = conversation.subject or _("Our answer to your message")
        closing = _("You can simply answer this message: it continues the same conversation.")
    parts = [*(event.text for event in events), closing]
    if link := way_back(events[-1]):
        parts.append(link)
    text = "\n\n".join(parts)
    return reply(
        conversation,
        by=events[-1].actor,
        text=text,
        line_id=line.pk,
        address=address,
        subject=subject,
        key=f"follow:{events[-1].pk}",
        data={"automatic": True, "follows": [event.pk for event in events]},
    )


def follow_unseen() -> int:
    """How many messages were sent after somebody. Safe to run twice: the key of the last unseen message makes it once."""
    line, sent = keeping_line(), 0
    if line is None:
        return 0
    for line_id, wait in waits().items():
        for conversation_id, events in unseen(line_id, wait).items():
            conversation = Conversation.objects.select_related("customer").get(pk=conversation_id)
            try:
                sent += send_after(conversation, events, line) is not None
            except ChannelError:
                continue
    return sent
