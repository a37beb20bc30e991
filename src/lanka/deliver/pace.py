"""How fast a line may send: so many in a second, a minute, an hour or a day, on the whole and to one receiving domain.

Token buckets as rows, so a restart changes nothing. They fill evenly and hold ten seconds' worth (at least one): in any span of the
pace's length no more than the number plus that can leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.deliver.models import Bucket

if TYPE_CHECKING:
    from lanka.deliver.claim import Claimed

BURST = 10.0  # seconds


def holds(most: int, per: int) -> float:
    """How much the bucket of such a pace can hold."""
    return max(1.0, most / per * min(BURST, per))


def take(line_id: int, domain: str, most: int, per: int, wanted: int) -> int:
    """How many of them may leave now. In the caller's transaction, which the next in the line waits for."""
    start = {"tokens": holds(most, per), "at": now()}
    Bucket.objects.get_or_create(line_id=line_id, domain=domain, defaults=start)
    bucket = Bucket.objects.select_for_update().get(line_id=line_id, domain=domain)
    gone = max(0.0, (now() - bucket.at).total_seconds())
    bucket.tokens = min(holds(most, per), bucket.tokens + gone * most / per)
    bucket.at = max(bucket.at, now())
    given = max(0, min(wanted, int(bucket.tokens + 1e-6)))
    bucket.tokens -= given
    bucket.save()
    return given


def let_go(line_id: int, wanted: int) -> int:
    line = Line.objects.only("most", "per").get(pk=line_id)
    return take(line_id, "", line.most, line.per, wanted) if line.most else wanted


def put_back(line_id: int, unused: int, domain: str = "") -> None:
    if unused:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE deliver_bucket SET tokens = tokens + %s WHERE line_id = %s AND domain = %s", [unused, line_id, domain])


def by_domain(line_id: int, rows: Sequence[Claimed]) -> list[Claimed]:
    """Those that their receiving domain has room for. The others wait for theirs, each for its own moment, and have not been tried."""
    line = Line.objects.only("domain_most", "domain_per").get(pk=line_id)
    if not line.domain_most:
        return list(rows)
    by = defaultdict[str, list["Claimed"]](list)
    for row in rows:
        by[row.address.rpartition("@")[2].lower() if "@" in row.address else ""].append(row)
    late: list[tuple[int, datetime]] = []
    for domain, theirs in sorted(by.items()):  # one order for all: two senders never wait for each other
        given = take(line_id, domain, line.domain_most, line.domain_per, len(theirs)) if domain else len(theirs)
        late += zip((row.id for row in theirs[given:]), moments(line, domain, len(theirs) - given), strict=True)
    wait(late)
    put_back(line_id, len(late))
    waits = {number for number, _ in late}
    return [row for row in rows if row.id not in waits]


def moments(line: Line, domain: str, count: int) -> list[datetime]:
    """One for each who waits, behind those who wait already, so that nobody is looked at in vain."""
    if not count or not line.domain_most:
        return []
    step = timedelta(seconds=line.domain_per / line.domain_most)
    bucket = Bucket.objects.get(line=line, domain=domain)
    first = max(bucket.booked_until or now(), now())
    bucket.booked_until = first + step * count
    bucket.save(update_fields=["booked_until"])
    return [first + step * place for place in range(1, count + 1)]


def wait(late: Sequence[tuple[int, datetime]]) -> None:
    if not late:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deliver_delivery d SET state = 'planned', lease_until = NULL, attempts = attempts - 1, not_before = l.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) l(id, at) WHERE d.id = l.id",
            [[number for number, _ in late], [moment for _, moment in late]],
        )
