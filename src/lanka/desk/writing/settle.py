"""What happens to a text besides writing: versions, approval by another, comments, a test to oneself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.channels.base import ChannelError, Outbound
from lanka.channels.registry import channel
from lanka.content import approve
from lanka.content import template as templates
from lanka.content.ask import NotReady, ask
from lanka.content.differ import changes
from lanka.content.models import Remark, Template, Version
from lanka.core.ids import uuid7
from lanka.desk.request import me, refuse, toast
from lanka.desk.writing.looks import asked, attached, composed, sender, ways
from lanka.desk.writing.values import values_for
from lanka.people.rights import allowed

SHOWN = 20


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    return listed(request, get_object_or_404(Template, pk=pk))


def listed(request: HttpRequest, template: Template) -> HttpResponse:
    """The side's second page: who asked, who approved, what changed; comments below."""
    found = list(template.versions.select_related("by", "approved_by", "refused_by").order_by("-number")[:SHOWN])
    rows = [row(version, found[place + 1 : place + 2], request) for place, version in enumerate(found)]
    remarks = template.remarks.select_related("by").order_by("done_at", "-at")[:60]
    unasked = not found or found[0].texts != template.draft
    context = {
        "template": template,
        "rows": rows,
        "remarks": remarks,
        "unasked": unasked,
        "may_write": allowed(me(request), "content.write"),
    }
    return render(request, "desk/writing/versions.html", context)


def row(version: Version, before: list[Version], request: HttpRequest) -> dict[str, Any]:
    open_ = not version.approved_at and not version.refused_at
    user = me(request)
    return {
        "version": version,
        "open": open_,
        "changes": changes(before[0].texts, version.texts) if before else [],
        "first": not before,
        "may_approve": open_ and version.by_id != user.pk and allowed(user, "content.approve"),
        "may_refuse": open_ and allowed(user, "content.approve"),
    }


@require_POST
def ask_approval(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template, pk=pk)
    try:
        ask(template, by=me(request))
    except NotReady as error:
        return refuse(error)
    return toast(listed(request, template), _("Asked. Somebody else approves it."))


@require_POST
def approved(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(Version.objects.select_related("template"), pk=pk)
    try:
        approve.approve(version, by=me(request))
    except approve.NotYours as error:
        return refuse(error)
    return toast(listed(request, version.template), _("Approved. This is what is sent from now on."))


@require_POST
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(Version.objects.select_related("template"), pk=pk)
    try:
        approve.refuse(version, by=me(request), why=request.POST.get("why", ""))
    except approve.NotYours as error:
        return refuse(error)
    return listed(request, version.template)


@require_POST
def remarked(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template, pk=pk)
    post = request.POST
    try:
        templates.remark(template, post.get("text", ""), by=me(request), language=post.get("language", ""), block=post.get("block", ""))
    except ValueError as error:
        return refuse(error)
    return listed(request, template)


@require_POST
def remark_done(request: HttpRequest, pk: int) -> HttpResponse:
    remark = get_object_or_404(Remark.objects.select_related("template"), pk=pk)
    templates.settle(remark)
    return listed(request, remark.template)


@require_POST
def test_send(request: HttpRequest, pk: int) -> HttpResponse:
    """To who asks, at their own address, over the real line."""
    template, language, person = asked(request, pk)
    way = next((one for one in ways(template) if one.shape == "mail"), None)
    if way is None or not template.draft:
        return refuse(_("There is no mail line that is switched on."))
    made = composed(way, template, language, values_for(person, language)).made
    if made is None:
        return refuse(way.wrong)
    user = me(request)
    out = Outbound(
        id=str(uuid7()),
        to=user.email,
        to_name=user.name,
        text=made.text,
        html=made.html,
        subject=_("[Test] %(subject)s") % {"subject": made.subject},
        sender=sender(template),
        files=attached(made),
        language=language,
    )
    try:
        channel(way.line.kind).send(way.seen, out)
    except ChannelError as error:
        return refuse(_("The test was not sent: %(why)s") % {"why": error.words})
    return toast(HttpResponse(status=204), _("Sent to %(address)s.") % {"address": user.email})
