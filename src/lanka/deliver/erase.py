"""This room's part in forgetting a person: what was sent to them, what waits to be sent, and links made for them alone."""

from __future__ import annotations

from django.db.models import Q

from lanka.channels.models import Exchange
from lanka.core.clock import now
from lanka.core.erasing import Busy, Counts, Who
from lanka.deliver.models import Delivery, Link, State


def erase(who: Who) -> Counts:
    theirs = Delivery.objects.filter(customer__in=who.bases)
    list(theirs.select_for_update(of=("self",)).values_list("pk"))  # nobody claims one meanwhile
    if theirs.filter(state=State.CLAIMED, lease_until__gt=now()).exists():
        raise Busy("a message to this person is just going out")
    for out in theirs.values_list("out", flat=True).iterator():
        who.files.update(str(file["sha256"]) for file in out.get("files", ()) if file.get("sha256"))
    refs = [str(pk) for pk in theirs.values_list("public_id", flat=True)]
    made_for_them = Q(pk__in=[])
    for value in who.telling():
        made_for_them |= Q(url__contains=value)
    return {
        "exchanges": Exchange.objects.filter(ref__in=refs).delete()[0],
        "links": Link.objects.filter(made_for_them).delete()[0],
        "deliveries": theirs.delete()[1].get("deliver.Delivery", 0),
    }
