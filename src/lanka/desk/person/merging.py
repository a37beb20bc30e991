"""What somebody here decides about a person, with the reasons before their eyes: two strands join or part, a fact is kept."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from lanka.core.clock import now
from lanka.customers.fact import learn
from lanka.customers.merge import merge as merge_people
from lanka.customers.models import Customer, Link, NoLink, Review
from lanka.customers.unmerge import unmerge as part_people
from lanka.desk.request import me, refuse, toast
from lanka.timeline.record import record


def person_changed(response: HttpResponse, *ids: int) -> HttpResponse:
    trigger_client_event(response, "person", {"ids": list(ids)})
    return response


def join(request: HttpRequest, a: Customer, b: Customer, why: str) -> Link:
    link = merge_people(a, b, by=me(request), why=why)
    record(a, "person.merged", actor=me(request), text=why, data={"with": b.pk, "name": b.name, "link": link.pk})
    return link


@require_POST
@transaction.atomic
def learn_fact(request: HttpRequest, pk: int) -> HttpResponse:
    """Something that an agent knows of them. It stands above what anybody else said."""
    person, kind, value = (
        get_object_or_404(Customer, pk=pk),
        request.POST.get("kind", "").strip()[:40],
        request.POST.get("value", "").strip()[:500],
    )
    if not kind or not value:
        return refuse(_("Say what it is, and its value."))
    learn(person, kind, value, source="agent", by=me(request))
    record(person, "fact", actor=me(request), text=value, data={"kind": kind})
    return person_changed(toast(HttpResponse(status=204), _("Kept")), pk)


@require_POST
@transaction.atomic
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Joins `other` to this person, with the words why."""
    a, b = get_object_or_404(Customer, pk=pk), get_object_or_404(Customer, pk=request.POST.get("other") or request.GET.get("other") or 0)
    if a.pk == b.pk:
        return refuse(_("That is the same person already."))
    link = join(request, a, b, request.POST.get("why", "").strip())
    response = toast(HttpResponse(status=204), _("Two strands are one person"), undo=reverse("unmerge", args=[link.pk]))
    return person_changed(response, a.pk, b.pk)


@require_POST
@transaction.atomic
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(Link.objects.select_related("a", "b"), pk=pk)
    if link.undone_at:
        return refuse(_("That was undone already."))
    why = request.POST.get("why", "").strip() or _("undone in the desk")
    part_people(link, by=me(request), why=why)
    record(link.a, "person.unmerged", actor=me(request), text=why, data={"with": link.b_id, "name": link.b.name, "link": link.pk})
    undo = reverse("merge", args=[link.a_id]) + f"?other={link.b_id}"
    return person_changed(toast(HttpResponse(status=204), _("Parted: each has back what was theirs"), undo=undo), link.a_id, link.b_id)


@require_POST
@transaction.atomic
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """`decided`: 'same' joins them, 'different' is remembered and not asked again."""
    found, decided = get_object_or_404(Review.objects.select_for_update(), pk=pk), request.POST.get("decided", "")
    if found.decided_at or decided not in ("same", "different"):
        return refuse(_("That was decided already."))
    found.decided_at, found.decided_by, found.decided = now(), me(request), decided
    found.save()
    a, b = (get_object_or_404(Customer, pk=root) for root in found.roots[:2])
    response = HttpResponse(status=204)
    if decided == "same":
        link = join(request, a, b, _("looked the same to %(name)s") % {"name": me(request).name})
        toast(response, _("Two strands are one person"), undo=reverse("unmerge", args=[link.pk]))
    else:
        low, high = sorted((a.pk, b.pk))
        NoLink.objects.get_or_create(a=low, b=high, defaults={"at": now(), "by": me(request)})
        toast(response, _("Kept apart"))
    return person_changed(response, a.pk, b.pk)
