"""On which journeys a person is and where they stand: on their page; and taking them off one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.customers.models import Customer
from lanka.decide.reach import bases_of
from lanka.desk.request import me, refuse, toast
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.put_in import by_hand, put_in
from lanka.outreach.journeys.remove import remove
from lanka.outreach.journeys.words import ENDS, Names, names, words
from lanka.outreach.models import Traveller
from lanka.people.rights import allowed

MOST = 12


@dataclass(frozen=True, slots=True)
class Travel:
    """One stay on one journey: where they stand, or how it ended."""

    row: Traveller
    words: str


def travels(bases: Sequence[int]) -> list[Travel]:
    """Those that go on first, then the newest that have ended."""
    rows = Traveller.objects.filter(customer__in=bases).select_related("journey").order_by("-ended_at", "-entered_at")  # null first
    known: dict[int, Names] = {}
    found: list[Travel] = []
    for row in rows[:MOST]:
        plan = plan_of(row.edition_id)
        if row.edition_id not in known:
            known[row.edition_id] = names(plan.graph)
        node = plan.nodes.get(row.node)
        said = str(ENDS.get(row.ended, row.ended)) if row.ended else words(node, known[row.edition_id]).text if node else ""
        found.append(Travel(row, said))
    return found


def shown(request: HttpRequest, person: Customer) -> dict[str, Any]:
    """What the part needs to know."""
    may_edit = allowed(me(request), "customers.edit")
    return {
        "person": person,
        "travels": travels(bases_of(person.pk)),
        "by_hand": by_hand() if may_edit else [],
        "may_edit": may_edit,
        "may_see_journeys": allowed(me(request), "journeys.read"),
    }


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `journey`: puts the person on it."""
    person = get_object_or_404(Customer, pk=pk)
    edition = next((one for one in by_hand() if str(one.journey_id) == request.POST.get("journey")), None)
    if edition is None:
        return refuse(_("Choose a journey that lets people in."))
    if not put_in(edition, person, by=me(request)):
        return refuse(_("They do not fit that journey, or have been on it already."), status=409)
    answer = render(request, "desk/journeys/of_person.html", shown(request, person))
    return toast(answer, _("Put on “%(journey)s”") % {"journey": edition.journey.name})


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes them off; answers with the list as it is then."""
    row = remove(get_object_or_404(Traveller, pk=pk), by=me(request))
    answer = render(request, "desk/journeys/of_person.html", shown(request, Customer.objects.get(pk=bases_of(row.customer_id)[0])))
    return toast(answer, _("Taken off “%(journey)s”") % {"journey": row.journey.name})
