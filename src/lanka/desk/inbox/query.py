"""The lists of the inbox: what belongs in each view, page by page from a key (never OFFSET, never a count of everything)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lanka.conversations.models import Conversation, Mention, Seen, State
from lanka.people.models import Team, User

PAGE = 40
COUNTED = 100  # counts stop here and read "99+"
NAMES = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "all": _("All open"),
    "mentions": _("Mentions"),
    "waiting": _("Waiting"),
    "snoozed": pgettext_lazy("conversations", "Snoozed"),
    "closed": pgettext_lazy("conversations", "Closed"),
    "search": _("Search"),
}


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Conversation]
    more: str  # the key of the next page, empty at the end


def in_view(view: str, user: User) -> QuerySet[Conversation]:
    """Raises Team.DoesNotExist, KeyError."""
    rows = Conversation.objects.filter(merged_into=None)
    if view.startswith("team-"):
        return rows.filter(state=State.OPEN, team=Team.objects.get(pk=int(view[5:] or 0)))
    if view == "mentions":
        return rows.filter(pk__in=Mention.objects.filter(user=user, read_at=None).values("conversation_id"))
    wanted: dict[str, dict[str, Any]] = {
        "mine": {"state": State.OPEN, "assignee": user},
        "unassigned": {"state": State.OPEN, "assignee": None},
        "all": {"state": State.OPEN},
        "waiting": {"state": State.WAITING},
        "snoozed": {"state": State.SNOOZED},
        "closed": {"state": State.CLOSED},
        "search": {},
    }
    return rows.filter(**wanted[view])


def key_of(row: Conversation) -> str:
    return f"{row.last_at.isoformat()}~{row.pk}"


def read_key(text: str) -> tuple[datetime, int] | None:
    at, _sep, pk = text.partition("~")
    moment = parse_datetime(at.replace(" ", "+")) if at else None
    return (moment, int(pk)) if moment and pk.isdigit() else None


def page(rows: QuerySet[Conversation], before: str = "", size: int = PAGE) -> Page:
    if key := read_key(before):
        at, pk = key
        rows = rows.filter(last_at__lte=at).exclude(Q(last_at=at) & Q(pk__gte=pk))
    found = list(rows.select_related("customer", "assignee").order_by("-last_at", "-pk")[: size + 1])
    return Page(found[:size], key_of(found[size - 1]) if len(found) > size else "")


def unread(rows: Iterable[Conversation], user: User) -> list[int]:
    """Which of them have something newer from the customer than this user has seen."""
    rows = list(rows)
    seen = dict(Seen.objects.filter(user=user, conversation__in=rows).values_list("conversation_id", "at"))
    return [r.pk for r in rows if r.last_in_at and (r.pk not in seen or seen[r.pk] < r.last_in_at) and not r.preview_out]


COUNTS = """
SELECT 'mine', (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation
  WHERE assignee_id = %(user)s AND state = 'open' AND merged_into_id IS NULL LIMIT %(most)s) t)
UNION ALL SELECT 'unassigned', (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation
  WHERE assignee_id IS NULL AND state = 'open' AND merged_into_id IS NULL LIMIT %(most)s) t)
UNION ALL SELECT 'mentions', (SELECT count(*) FROM (SELECT 1 FROM conversations_mention
  WHERE user_id = %(user)s AND read_at IS NULL LIMIT %(most)s) t)
UNION ALL SELECT 'team-' || team.id, (SELECT count(*) FROM (SELECT 1 FROM conversations_conversation
  WHERE team_id = team.id AND state = 'open' AND merged_into_id IS NULL LIMIT %(most)s) t)
  FROM people_team team JOIN people_team_members member ON member.team_id = team.id AND member.user_id = %(user)s
"""


def counts(user: User) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"user": user.pk, "most": COUNTED})
        return dict(cursor.fetchall())


def capped(count: int) -> str:
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
