"""How a text looks on every channel, for a person who is chosen: each way drawn by what its line can do."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from lanka.channels.base import Capabilities, ChannelError, File, LineView, Measure, Outbound, Sender
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.content import compose
from lanka.content.blocks import NotBlocks
from lanka.content.liquid import BadLiquid
from lanka.content.models import Template
from lanka.content.prepare import Composed, Links, prepare
from lanka.core import files
from lanka.core.ids import uuid7
from lanka.customers.models import Customer
from lanka.customers.person import person as person_of
from lanka.decide.reach import postal_lines
from lanka.desk.writing.values import values_for

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox"
)
NOWHERE = Links(unsubscribe="#unsubscribe", preferences="#choices", view="#view", confirm="https://example.com/confirm")
DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
CID = re.compile(r"cid:([\w.@-]+)")


@dataclass(slots=True)
class Way:
    """One line, and what it would carry. `shape`: which picture is drawn of it."""

    line: Line
    can: Capabilities
    seen: LineView
    made: Composed | None = None
    wrong: str = ""
    measure: Measure | None = None
    shape: str = ""
    marked: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def cost(self) -> int:
        return self.can.cost * (self.measure.parts if self.measure else 1)


def ways(template: Template) -> list[Way]:
    """One line of each channel that speaks first, the brand's own before others."""
    tokens, found = compose.tokens(template.brand), dict[str, Way]()
    lines = Line.objects.filter(enabled=True).order_by("id")
    for line in sorted(lines, key=lambda line: line.brand_id != template.brand_id):
        try:
            seen = view(line, tokens)
            can = channel(line.kind).can(seen)
        except (KeyError, ValueError):  # its settings do not load, or its channel is gone: the line's own page says so
            continue
        if (can.speaks or can.html) and line.kind not in found:
            found[line.kind] = Way(line, can, seen, shape=shape(can))
    order = ["mail", "short", "chat", "paper"]
    return sorted((way for way in found.values() if way.shape), key=lambda way: order.index(way.shape))


def shape(can: Capabilities) -> str:
    if can.paper:
        return "paper"
    if can.html:
        return "mail"
    return "short" if can.segmented else "chat"


def composed(way: Way, template: Template, language: str, values: dict[str, Any]) -> Way:
    try:
        way.made = prepare(template.draft, language, way.can, compose.tokens(template.brand)).show(values, NOWHERE)
        if way.can.segmented:
            way.measure = channel(way.line.kind).measure(way.seen, way.made.text)
    except (NotBlocks, BadLiquid, ValueError) as error:
        way.wrong = str(error)
    return way


def asked(request: HttpRequest, pk: int) -> tuple[Template, str, Customer | None]:
    template = get_object_or_404(Template.objects.select_related("brand"), pk=pk)
    number = request.GET.get("person", "")
    person = Customer.objects.filter(pk=number).first() if number.isdigit() and len(number) < 18 else None
    language = request.GET.get("language", "")[:10]
    return template, language if language in template.draft else next(iter(template.draft), "en"), person


def looks(request: HttpRequest, pk: int) -> HttpResponse:
    """`?language=&person=`: all ways, for the editor's side."""
    template, language, person = asked(request, pk)
    values = values_for(person, language)
    made = [composed(way, template, language, values) for way in ways(template)] if template.draft else []
    query = request.GET.urlencode()
    return render(request, "desk/writing/looks.html", {"template": template, "ways": made, "language": language, "query": query})


def look(request: HttpRequest, pk: int) -> HttpResponse:
    """`?line=&language=&person=&dark=`: the mail itself as a page that may do nothing, or the letter's pages as a picture."""
    template, language, person = asked(request, pk)
    way = next((one for one in ways(template) if str(one.line.pk) == request.GET.get("line")), None)
    if way is None or not template.draft:
        raise Http404
    made = composed(way, template, language, values_for(person, language)).made
    if made is None:
        return HttpResponse(way.wrong, status=422, content_type="text/plain; charset=utf-8")
    if way.shape == "paper":
        return printed(way, template, language, made, person)
    response = HttpResponse(page(made, dark="dark" in request.GET), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def page(made: Composed, *, dark: bool) -> str:
    """The mail with its pictures inside, as a light or a dark client shows it."""
    held = {one["inline_id"]: one for one in made.files}

    def picture(match: re.Match[str]) -> str:
        one = held.get(match[1])
        return f"data:{one['content_type']};base64,{base64.b64encode(files.read(one['sha256'])).decode()}" if one else "data:,"

    html = DARK.sub("@media all" if dark else "@media not all", made.html)
    return CID.sub(picture, html).replace("<a ", '<a target="_blank" rel="noopener" ')


def printed(way: Way, template: Template, language: str, made: Composed, person: Customer | None) -> HttpResponse:
    if not way.can.previews:
        return HttpResponse(_("this channel shows no preview"), status=422, content_type="text/plain; charset=utf-8")
    try:
        sheet = channel(way.line.kind).preview(way.seen, letter(template, language, made, person))
    except ChannelError as error:
        return HttpResponse(_(str(error)), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(sheet.data, content_type=sheet.content_type)


def letter(template: Template, language: str, made: Composed, person: Customer | None) -> Outbound:
    name = person.name if person else "Maija Laine"
    known = person_of(person).fact("address") if person else None
    where = postal_lines(known.value, name) if known and isinstance(known.value, dict) else ""
    return Outbound(
        id=str(uuid7()),
        to=where or f"{name}\nMannerheimintie 12 A 3\n00100 HELSINKI",
        to_name=name,
        text=made.text,
        subject=made.subject,
        sender=sender(template),
        language=language,
        files=attached(made),
        data={**made.data, "preview": "pages"},
    )


def sender(template: Template) -> Sender:
    tokens = compose.tokens(template.brand)
    return Sender(tokens.get("sender") or tokens["name"], tokens=tokens)


def attached(made: Composed) -> tuple[File, ...]:
    return tuple(File(f["name"], f["content_type"], files.read(f["sha256"]), f["inline_id"]) for f in made.files)
