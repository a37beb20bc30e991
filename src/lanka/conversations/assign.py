"""Who has it: a person, a team, both or nobody."""

from __future__ import annotations

from django.db import transaction

from lanka.channels.models import Transcript
from lanka.channels.transcript import topic
from lanka.conversations.change import changing, happened
from lanka.conversations.models import Conversation
from lanka.core import live
from lanka.people.models import Team, User
from lanka.timeline.models import Event


def tell_visitor(conversation: Conversation, to: User | None) -> None:
    """Where Lanka itself is the provider, the customer sees who answers."""
    asked = Event.objects.filter(conversation_id=conversation.pk, kind="message.in", line_id__isnull=False).order_by("-id").first()
    address = str(asked.data.get("address", "")) if asked else ""
    if asked and asked.line_id and Transcript.objects.filter(line_id=asked.line_id, address=address).exists():
        name = (to.public_name or to.name) if to else ""
        live.tell(topic(asked.line_id, address), {"type": "agent", "name": name, "on": to is not None})


@transaction.atomic
def assign(conversation: Conversation, *, by: User | None, to: User | None = None, team: Team | None = None) -> Event | None:
    """Sets both: `assign(conversation, by=ada)` gives it back to everybody. None when nothing changed."""
    if (conversation.assignee_id, conversation.team_id) == (to and to.pk, team and team.pk):
        return None
    with changing(conversation) as row:
        before = {"assignee": row.assignee_id, "team": row.team_id}
        row.assignee, row.team = to, team
    words = {"to": to.name if to else "", "team": team.name if team else "", "before": before}
    if to or before["assignee"]:
        tell_visitor(conversation, to)
    if to and to != by:
        live.tell(f"user:{to.pk}", {"assigned": conversation.pk})
    return happened(conversation, "assigned", by=by, data=words)
