"""A visitor wants to show that an address is theirs: a code goes there, through the same back door as everything else."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from lanka.channels.base import ChannelError
from lanka.channels.models import Line
from lanka.channels.presence import Proves
from lanka.channels.registry import channel, view
from lanka.conversations.follow import KIND, keeping_line
from lanka.conversations.models import Conversation
from lanka.conversations.reply import reply
from lanka.customers.models import Customer
from lanka.decide.reach import bases_of
from lanka.decide.suppress import suppressed
from lanka.timeline.models import Event


def send_code(customer: Customer, event: Event, asker: str) -> Event | None:
    """`event` is the 'proof.asked' of `asker`, their address on the hosted channel. None: nothing here can send it, or it is blocked."""
    line = Line.objects.filter(pk=event.line_id or 0).first()
    address = str(event.data.get("address", ""))
    talker = channel(line.kind) if line else None
    mail = keeping_line()
    if line is None or mail is None or not isinstance(talker, Proves) or not address or not asker:
        return None
    if suppressed([(KIND.name.lower(), address)]):
        return None
    conversation = Conversation.objects.filter(customer_id__in=bases_of(customer.pk)).order_by("-last_at").first()
    if conversation is None:
        return None
    with translation.override(str(event.data.get("language") or conversation.language or "en")):
        code = talker.proof_code(view(line), asker, address, event.at)
        text = _("Your code is %(code)s. Type it into the chat within 20 minutes. If you did not ask for it, you need not do anything.")
        subject = _("Your code: %(code)s") % {"code": code}
        try:
            return reply(
                conversation,
                by=None,
                text=text % {"code": code},
                line_id=mail.pk,
                address=address,
                subject=subject,
                key=f"code:{event.pk}",
                data={"automatic": True, "secret": True},
            )
        except ChannelError:
            return None
