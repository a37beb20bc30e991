"""This room's part in forgetting a person: the verdicts go; an address that is shut stays shut, as a seal that names nobody."""

from __future__ import annotations

from lanka.core.erasing import Counts, Who
from lanka.decide.models import Suppression, Verdict
from lanka.decide.seal import seal


def erase(who: Who) -> Counts:
    verdicts = Verdict.objects.filter(customer__in=who.bases).delete()[0]
    theirs = Suppression.objects.filter(value__in=who.values)
    theirs.exclude(lifted_at=None).delete()
    standing = list(theirs)
    for one in standing:
        one.value, one.why = seal(one.kind, one.value), ""
        one.save(update_fields=["value", "why"])
    return {"verdicts": verdicts, "suppressions_sealed": len(standing)}
