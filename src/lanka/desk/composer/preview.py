"""Asks the channel to draw what would be sent."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lanka.channels.base import File, Outbound, Refused, Sender
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.conversations.models import Conversation
from lanka.conversations.reply import outbound
from lanka.core import files
from lanka.core.ids import uuid7
from lanka.desk.composer.upload import kept_files
from lanka.people.models import User


def drawn(conversation: Conversation, line: Line, address: str, request: HttpRequest, user: User) -> File:
    """Raises ChannelError."""
    spoken, seen = channel(line.kind), view(line)
    if not spoken.can(seen).previews:
        raise Refused(_("this channel shows no preview"))
    held = kept_files(request.POST.get("files", "[]"), conversation, user)
    text, subject = request.POST.get("text", ""), request.POST.get("subject", "")
    out = outbound(conversation, line, address, by=user, text=text, files=held, subject=subject)
    out["files"] = tuple(File(f["name"], f["content_type"], files.read(f["sha256"])) for f in held)
    out["sender"] = Sender(**out["sender"])
    return spoken.preview(seen, Outbound(id=str(uuid7()), **out))
