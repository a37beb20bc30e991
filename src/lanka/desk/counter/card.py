"""A card is handed over the counter to somebody who is known already."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lanka.channels.base import Known
from lanka.customers.load import roots_of
from lanka.customers.models import Customer, Identifier
from lanka.customers.normalise import normalise
from lanka.customers.prove import prove
from lanka.desk.counter.place import Place
from lanka.desk.counter.said import Wrong
from lanka.people.models import User
from lanka.timeline.record import record


@transaction.atomic
def give(place: Place, customer: Customer, number: str, *, by: User) -> None:
    """From now on the card says who they are. One each: a second card says 'another person' (`customers/graph.py`).

    Raises Wrong: it is no card's number, somebody else's, or they have one.
    """
    key = normalise(Known("card", number), place.line.country)
    if key is None:
        raise Wrong(_("This is no card number."))
    holder = Identifier.objects.filter(kind=key[0], value=key[1]).values_list("customer_id", flat=True).first()
    roots = roots_of([customer.pk, *([holder] if holder else [])])
    if holder and roots[holder] == roots[customer.pk]:
        return
    if holder:
        raise Wrong(_("This card belongs to somebody else."))
    prove(customer, key, source=place.line.kind, written=number)
    if not Identifier.objects.filter(kind=key[0], value=key[1]).exists():
        raise Wrong(_("They have a card already."))
    told = {"kind": "card", "store": place.shop}
    record(customer, "fact", actor=by, channel=place.line.kind, line_id=place.line.pk, text=number, data=told)
