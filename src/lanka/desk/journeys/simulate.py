"""The year that a drawing makes of somebody: real or imagined, with what is supposed to happen to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.desk.journeys.draft import drawn
from lanka.outreach.fits import fitting
from lanka.outreach.journeys.graph import Graph, Rule, Span, WaitFor, nodes
from lanka.outreach.journeys.plan import planned
from lanka.outreach.journeys.simulate import Moment
from lanka.outreach.journeys.suppose import BECOMES, Supposing, dates_of, key_of, looked_at, rules_of, year
from lanka.outreach.journeys.times import at_wall, zone_of
from lanka.outreach.journeys.walk import Walker
from lanka.outreach.journeys.words import ENDS, OUTCOMES, Names, day_words, happening, names, rule_words, way_words, words
from lanka.outreach.journeys.world import Real

PLACES = [
    ("Europe/Helsinki", _("Somebody in Finland")),
    ("Europe/Stockholm", _("Somebody in Sweden")),
    ("Europe/Warsaw", _("Somebody in Poland")),
    ("Europe/London", _("Somebody in Britain")),
    ("America/New_York", _("Somebody in New York")),
]
UNITS = ("minutes", "hours", "days", "weeks", "months", "years")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says. `told`: the name of a field → what is in it."""

    told: Mapping[str, str]
    zone: str
    start: datetime
    person: Customer | None = None

    def span(self, name: str) -> Span | None:
        """None when it is not ticked."""
        if not self.told.get(name):
            return None
        count, unit = self.told.get(f"{name}.count", ""), self.told.get(f"{name}.unit", "days")
        return Span(count=min(int(count), 3650) if count.isdigit() else 0, unit=unit if unit in UNITS else "days")  # type: ignore[arg-type]


def wish(told: Mapping[str, str]) -> Wish:
    number = told.get("customer", "")
    person = Customer.objects.filter(pk=int(number)).first() if number.isdigit() and len(number) < 19 else None
    zone = (person.zone or "UTC") if person else told.get("place", "")
    zone = zone if person or zone in dict(PLACES) else PLACES[0][0]
    try:
        naive = parse_datetime(told.get("start", ""))
    except ValueError:
        naive = None
    start = at_wall(naive.replace(tzinfo=None), zone_of(zone)) if naive else now().replace(second=0, microsecond=0)
    return Wish(told, zone, start, person)


@require_POST
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """{'graph', 'told': {…}} → {'form': HTML, 'year': HTML, 'way': [[node, way], …]}."""
    graph, body, wrong = drawn(request)
    if graph is None:
        return JsonResponse({"wrong": wrong}, status=422)
    given = body.get("told")
    wanted = wish({str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {})
    known = names(graph)
    moments = year(graph, supposing(graph, wanted), start=wanted.start, zone=wanted.zone, fit=asked(wanted))
    context = {"wish": wanted, "supposed": supposed(graph, known, wanted), "places": PLACES, "units": UNITS}
    context |= {
        "lines": lines(graph, known, moments, wanted),
        "start": local(wanted.start, wanted.zone),
        "dates": asked_dates(graph, wanted),
    }
    form = render_to_string("desk/journeys/simulate.html", context, request)
    told = render_to_string("desk/journeys/year.html", context, request)
    return JsonResponse({"form": form, "year": told, "way": [[moment.node, moment.way] for moment in moments]})


def asked(wanted: Wish) -> Callable[[Rule, datetime], bool] | None:
    """Of a real person rules are asked as the journey will ask them, with what is known today."""
    person = wanted.person
    return (lambda rule, at: person.pk in fitting(rule, [person.pk])) if person else None


def supposing(graph: Graph, wanted: Wish) -> Supposing:
    came = {node.id: wanted.span(f"came.{node.id}") for node in nodes(graph.steps) if isinstance(node, WaitFor)}
    fits = {key_of(rule): wanted.span(f"fits.{n}") for n, rule in enumerate(rules_of(graph))}
    becomes = {step: wanted.told.get(f"becomes.{step}", "delivered") for step in looked_at(graph)}
    return Supposing(
        came={step: span for step, span in came.items() if span},
        goal=wanted.span("goal"),
        becomes={step: how for step, how in becomes.items() if how in BECOMES},
        fits={key: span for key, span in fits.items() if span},
        dates=dates(graph, wanted),
    )


def dates(graph: Graph, wanted: Wish) -> dict[str, datetime]:
    """What is known of a real person; else as the form says."""
    if wanted.person:
        walker = Walker("", wanted.person.pk, "", wanted.start, wanted.start)
        real = Real([walker], {}, wanted.start)
        return {name: day for name in dates_of(graph) if (day := real.date(walker, name))}
    return {name: day for name in dates_of(graph) if (day := a_day(wanted.told.get(f"date.{name}", ""), wanted.zone))}


def a_day(text: str, zone: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return at_wall(datetime(day.year, day.month, day.day), zone_of(zone)) if day else None  # noqa: DTZ001


def asked_dates(graph: Graph, wanted: Wish) -> list[tuple[str, str, str]]:
    """(field, words, value) for an imagined person."""
    return [] if wanted.person else [(f"date.{n}", day_words(n), wanted.told.get(f"date.{n}", "")) for n in dates_of(graph)]


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that may be supposed. `choices`: instead of a tick and a span, one of these."""

    name: str
    words: str
    on: bool = False
    count: str = "3"
    unit: str = "days"
    choices: list[tuple[str, str]] = field(default_factory=list)
    chosen: str = ""


def supposed(graph: Graph, known: Names, wanted: Wish) -> list[Tick]:
    told = wanted.told
    outcomes = [(key, str(OUTCOMES[key])) for key in BECOMES]
    found = [
        Tick(f"becomes.{step}", words(known.steps[step], known).text, choices=outcomes, chosen=told.get(f"becomes.{step}", "delivered"))
        for step in looked_at(graph)
    ]
    spans = [(f"came.{n.id}", happening(n.event, n.match), "3", "days") for n in nodes(graph.steps) if isinstance(n, WaitFor)]
    if graph.goal_event:
        spans.append(("goal", happening(graph.goal_event), "2", "months"))
    if not wanted.person:
        spans += [(f"fits.{n}", rule_words(rule), "0", "days") for n, rule in enumerate(rules_of(graph))]
    found += [
        Tick(name, said, bool(told.get(name)), told.get(f"{name}.count", n), told.get(f"{name}.unit", unit))
        for name, said, n, unit in spans
    ]
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the year. `kind`: of the step; 'begin', 'over' and 'waits' for its ends. `at`: their own wall clock."""

    at: datetime
    kind: str
    text: str
    more: str = ""

    @property
    def day(self) -> str:
        return day_of(self.at)


def day_of(at: datetime) -> str:
    """'24 May 2027', and in the languages that write days in numbers, so."""
    return date_format(at, "j M Y" if (get_language() or "en").startswith(("en", "sv", "pl")) else "j.n.Y")


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_of(zone)).replace(tzinfo=None)


def lines(graph: Graph, known: Names, moments: list[Moment], wanted: Wish) -> list[Line]:
    told = [Line(local(wanted.start, wanted.zone), "begin", str(_("Comes in")))]
    for moment in moments:
        at = local(moment.at, wanted.zone)
        if not moment.node:
            told.append(Line(at, "over", str(ENDS.get(moment.way, moment.way))))
            continue
        node = known.steps[moment.node]
        said, way = words(node, known), way_words(node, moment.way, known) if moment.way else ""
        told.append(Line(at, node.kind, said.text, way or said.more))
    if not moments or moments[-1].node:
        told.append(
            Line(
                local(wanted.start + timedelta(days=366), wanted.zone),
                "waits",
                str(_("A year later: still waiting")),
                waiting(graph, known, moments),
            )
        )
    return told


def waiting(graph: Graph, known: Names, moments: list[Moment]) -> str:
    plan = planned(graph)
    last = moments[-1] if moments else None
    here = plan.into.get((last.node, last.way), plan.after[last.node]) if last else plan.first
    return words(known.steps[here], known).text if here in known.steps else ""
