"""Finds conversations: by the person's names and addresses, and by words of any message.

A rare word is looked up in the index, all at once. A word that is in very many messages would bring them all just to keep the
newest: there one walks back from the newest message, a stretch for each page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from lanka.conversations.models import Conversation
from lanka.customers.find import find
from lanka.customers.load import bases_of
from lanka.desk.inbox.query import PAGE, Page, read_key
from lanka.desk.inbox.query import page as page_of
from lanka.timeline.models import Event
from lanka.timeline.search import CONDITION, prefixes

MOST = 400  # matching messages looked at
BROAD = 8_000  # more messages than this: walk
STRETCH = 120_000  # messages walked for a page
KINDS = "kind IN ('message.in', 'message.out', 'note') AND conversation_id IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Wanted:
    words: str

    @property
    def params(self) -> list[str]:
        return [prefixes(self.words), self.words, self.words, self.words]

    def is_broad(self) -> bool:
        """By the planner's statistics: it need not be right, only quick."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM timeline_event WHERE {CONDITION}", self.params)  # noqa: S608 constants
            return bool(cursor.fetchone()[0][0]["Plan"]["Plan Rows"] > BROAD)

    def all_at_once(self) -> list[int]:
        sql = f"SELECT conversation_id FROM timeline_event WHERE {KINDS} AND {CONDITION} ORDER BY id DESC LIMIT {MOST}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params)
            return list(dict.fromkeys(row[0] for row in cursor.fetchall()))

    def walk(self, below: int) -> tuple[list[int], int]:
        """Conversations with these words in the stretch below that message, and where the next stretch begins (0: nowhere)."""
        lowest = max(0, below - STRETCH)
        sql = f"""SELECT conversation_id, id FROM (SELECT * FROM timeline_event WHERE id < %s AND id >= %s ORDER BY id DESC OFFSET 0) near
          WHERE {KINDS} AND {CONDITION} LIMIT {PAGE * 3}"""  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [below, lowest, *self.params])
            found = cursor.fetchall()
        ids: dict[int, int] = {}
        for conversation, event in found:
            if conversation not in ids and len(ids) == PAGE:
                return list(ids), event + 1
            ids.setdefault(conversation, event)
        return list(ids), found[-1][1] if len(found) == PAGE * 3 else lowest


def everybody(words: str) -> list[int]:
    """All bases of the people that the words find."""
    return [base for bases in bases_of(person.pk for person in find(words, limit=40)).values() for base in bases]


def of_people(words: str) -> Q:
    number = words.lstrip("#")
    found = Q(customer__in=everybody(words))
    return found | Q(pk=int(number)) if number.isdigit() and len(number) < 12 else found


def page(words: str, before: str = "") -> Page:
    """Newest first. `before`: '~<message>' where one walks, else the key of a row. Empty words find nothing."""
    if len(words) < 2 or not prefixes(words):
        return Page([], "")
    wanted = Wanted(words)
    if before.startswith("~") or (not read_key(before) and wanted.is_broad()):
        return walked(wanted, int(before[1:]) if before[1:].isdigit() else 0)
    found = Conversation.objects.filter(Q(pk__in=wanted.all_at_once()) | of_people(words), merged_into=None)
    return page_of(found, before)


def walked(wanted: Wanted, below: int) -> Page:
    top = below or (Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    ids, lowest = wanted.walk(top)
    rows = Q(pk__in=ids) if below else Q(pk__in=ids) | of_people(wanted.words)
    shown = page_of(Conversation.objects.filter(rows, merged_into=None), size=PAGE * 2).rows
    return Page(shown, f"~{lowest}" if lowest else "")
