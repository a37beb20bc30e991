"""The list of templates, and the editor's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.channels.base import Capabilities
from lanka.content import template as verbs
from lanka.content.compose import tokens
from lanka.content.draft import mark
from lanka.content.fields import CATALOGUE, Known, samples
from lanka.content.formats import shown
from lanka.content.models import Brand, Template, Version
from lanka.content.prepare import prepare
from lanka.desk.request import me, refuse
from lanka.people.rights import allowed

KINDS = ("heading", "text", "picture", "facts", "product", "button", "order", "invoice", "signature", "legal")


@dataclass(frozen=True, slots=True)
class Card:
    """A template in the list: what it says, in which languages, how far it is."""

    template: Template
    subject: str
    opening: str
    languages: list[tuple[str, bool]]
    newest: Version | None
    remarks: int

    @property
    def state(self) -> str:
        if self.newest is None:
            return "draft"
        if self.newest.texts != self.template.draft:
            return "changed" if self.newest.approved_at else "draft"
        return "approved" if self.newest.approved_at else "refused" if self.newest.refused_at else "asked"


PLAIN = Capabilities(address="account")


def card(template: Template, language: str) -> Card:
    subject, opening = first_words(template, language)
    held = [(code, bool((template.draft.get(code) or {}).get("blocks"))) for code, _name in settings.LANGUAGES]
    newest = max(template.versions.all(), key=lambda version: version.number, default=None)
    return Card(template, subject, opening, held, newest, int(getattr(template, "open_remarks", 0)))


def first_words(template: Template, language: str) -> tuple[str, str]:
    """As a person would read them; what cannot be composed is shown as it is written."""
    if not template.draft:
        return "", ""
    try:
        made = prepare(template.draft, language, PLAIN, tokens(template.brand)).show(samples(language))
        return made.subject, made.text[:260]
    except ValueError:
        return str(next(iter(template.draft.values())).get("subject", "")), ""


def templates(request: HttpRequest) -> HttpResponse:
    """`?retired=1`: those put aside."""
    retired = "retired" in request.GET
    found = Template.objects.filter(retired_at__isnull=not retired).select_related("brand", "draft_by").prefetch_related("versions")
    found = found.annotate(open_remarks=Count("remarks", filter=Q(remarks__done_at__isnull=True))).order_by("-draft_at")
    cards = [card(template, me(request).language) for template in found[:200]]
    context = {
        "cards": cards,
        "retired": retired,
        "brands": Brand.objects.order_by("name"),
        "may_write": allowed(me(request), "content.write"),
    }
    return render(request, "desk/writing/templates.html", context)


@require_POST
def template_new(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    brands = Brand.objects.order_by("id")
    chosen = request.POST.get("brand", "")
    brand = brands.filter(pk=chosen).first() if chosen.isdigit() and len(chosen) < 18 else brands.first()
    if not name:
        return refuse(_("Give it a name."))
    if brand is None:
        return refuse(_("Make a brand first, in the settings."))
    return redirect("template", pk=verbs.make(name, brand, by=me(request)).pk)


def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template.objects.select_related("brand", "draft_by"), pk=pk)
    user = me(request)
    first = next((code for code in (user.language, *template.draft) if code in template.draft), template.brand.language)
    context: dict[str, Any] = {
        "template": template,
        "texts": template.draft,
        "seen": mark(template),
        "kinds": KINDS,
        "languages": settings.LANGUAGES,
        "first": first,
        "groups": groups(user.language),
        "known": [one.path for one in CATALOGUE],
        "may_write": allowed(user, "content.write") and template.retired_at is None,
    }
    return render(request, "desk/writing/editor.html", context)


def groups(language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The fields for the menu, by what they are of."""
    names = {
        "person": _("Person"),
        "bike": _("Bicycle"),
        "order": _("Order"),
        "invoice": _("Invoice"),
        "shop": _("Shop"),
        "agent": _("Sender"),
        "links": _("Links"),
        "brand": _("Brand"),
    }
    return [(name, [entry(one, language) for one in CATALOGUE if fits(one, group)]) for group, name in names.items()]


def fits(one: Known, group: str) -> bool:
    return one.path.split(".")[0] == group and one.path.count(".") == 1 and one.kind != "lines"


def entry(one: Known, language: str) -> dict[str, Any]:
    example = shown(one.example(language), one.path, language)
    return {"path": one.path, "label": one.label, "sample": example, "sure": one.sure, "fallback": dict(one.fallback)}


@require_POST
def template_name(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template, pk=pk)
    name = request.POST.get("name", "").strip()[:120]
    if not name:
        return refuse(_("Give it a name."))
    Template.objects.filter(pk=template.pk).update(name=name)  # not the draft: its mark stays
    return HttpResponse(status=204)


@require_POST
def template_copy(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("template", pk=verbs.copy(get_object_or_404(Template, pk=pk), by=me(request)).pk)


@require_POST
def template_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Aside, or out again."""
    template = get_object_or_404(Template, pk=pk)
    if template.retired_at:
        verbs.bring_back(template, by=me(request))
        return redirect("template", pk=pk)
    verbs.retire(template, by=me(request))
    return redirect("templates")
