"""This room's part in forgetting a person: what arrived from them. The empty row stays: it cannot arrive a second time."""

from __future__ import annotations

import hashlib

from django.db import connection

from lanka.core.erasing import Counts, Who
from lanka.receive.models import Quarantine, RawItem
from lanka.timeline.models import Event

# What no event points at: a delivery report, a payload that nobody understood. Reads the whole table; that is seldom, and thorough.
SPEAKING = """
SELECT r.id FROM receive_rawitem r WHERE r.understood_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM unnest(%s::text[]) v
  WHERE position(convert_to(v, 'UTF8') IN r.body) > 0 OR position(v IN concat_ws(' ', r.headers::text, r.path, r.query, r.key)) > 0)"""
EMPTY = {"body": b"", "headers": {}, "path": "", "query": "", "remote": ""}


def erase(who: Who) -> Counts:
    found = {pk for pk in Event.objects.filter(customer__in=who.bases).values_list("raw_id", flat=True) if pk}
    with connection.cursor() as cursor:
        cursor.execute(SPEAKING, [who.telling()])
        found |= {pk for (pk,) in cursor.fetchall()}
    quarantined = Quarantine.objects.filter(raw__in=found).delete()[0]
    for raw in RawItem.objects.filter(pk__in=found).only("pk", "key"):
        if any(value in raw.key for value in who.telling()):
            RawItem.objects.filter(pk=raw.pk).update(key="sha256:" + hashlib.sha256(raw.key.encode()).hexdigest())
    return {"quarantined": quarantined, "raw_items_emptied": RawItem.objects.filter(pk__in=found).update(**EMPTY)}
