"""What receivers report about mail in our domain's name: kept as rows, summed for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, Sum

from lanka.channels import base
from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.deliver.models import Advice


def take_advice(line: Line, told: base.Advice) -> int:
    """New rows. The same report twice is one."""
    rows = [
        Advice(
            line=line,
            key=f"{told.key}:{place}",
            reporter=told.reporter,
            domain=told.domain,
            begins_at=told.begins_at,
            ends_at=told.ends_at,
            address=row.address,
            count=row.count,
            disposition=row.disposition,
            dkim=row.dkim,
            spf=row.spf,
        )
        for place, row in enumerate(told.rows)
    ]
    before = Advice.objects.filter(line=line).count()
    Advice.objects.bulk_create(rows, ignore_conflicts=True)
    return Advice.objects.filter(line=line).count() - before


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a domain in the last days. `strange`: neither DKIM nor SPF was ours; the servers with most of them first."""

    domain: str
    seen: int
    passed: int
    turned_away: int
    strange: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        return self.passed / self.seen if self.seen else 1.0


def standings(days: int = 7) -> list[Standing]:
    rows = Advice.objects.filter(ends_at__gte=now() - timedelta(days=days))
    found = []
    for domain in rows.order_by("domain").values_list("domain", flat=True).distinct():
        of = rows.filter(domain=domain)
        good = Q(dkim=True) | Q(spf=True)
        sums = of.aggregate(
            seen=Sum("count", default=0),
            passed=Sum("count", filter=good, default=0),
            away=Sum("count", filter=Q(disposition__in=["quarantine", "reject"]), default=0),
        )
        strange = of.exclude(good).values_list("address").annotate(n=Sum("count")).order_by("-n")[:5]
        found.append(Standing(domain, sums["seen"], sums["passed"], sums["away"], tuple(strange)))
    return found
