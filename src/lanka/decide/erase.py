"""This room's part in forgetting a person: the verdicts go; an address that is shut stays shut, as a seal that names nobody."""

from __future__ import annotations

from lanka.core.erasing import Counts, Who
from lanka.customers.models import Customer, Fact
from lanka.decide.models import Suppression, Verdict
from lanka.decide.reach import postal_lines
from lanka.decide.seal import seal


def erase(who: Who) -> Counts:
    verdicts = Verdict.objects.filter(customer__in=who.bases).delete()[0]
    theirs = Suppression.objects.filter(value__in={*who.values, *homes(who)})
    theirs.exclude(lifted_at=None).delete()
    standing = list(theirs)
    for one in standing:
        one.value, one.why = seal(one.kind, one.value), ""
        one.save(update_fields=["value", "why"])
    return {"verdicts": verdicts, "suppressions_sealed": len(standing)}


def homes(who: Who) -> set[str]:
    """Postal addresses are no identifiers: a letter's address is written from what is known, under each name they had."""
    names = set(Customer.objects.filter(pk__in=who.bases).values_list("name", flat=True))
    known = Fact.objects.filter(customer__in=who.bases, kind="address").values_list("value", flat=True)
    return {postal_lines(value, name) for value in known if isinstance(value, dict) for name in names}
