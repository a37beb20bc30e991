"""What a journey does, in plain sentences: on the builder's cards, in the simulation, on a person's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from lanka.content.models import Template
from lanka.customers.models import Topic
from lanka.outreach.journeys.graph import End, Graph, OpenConversation, Send, SetField, Span, Split, Wait, WaitFor, Webhook, nodes
from lanka.outreach.models import Segment
from lanka.outreach.rules import BadRule, read
from lanka.outreach.sentence import sentence as rule_sentence
from lanka.people.models import Team

EVENTS: dict[str, Promise] = {  # kinds of the timeline that journeys are built on; any other is said by its kind
    "purchase": pgettext_lazy("event", "purchase in a shop"),
    "order.placed": pgettext_lazy("event", "order on the web"),
    "purchase,order.placed": pgettext_lazy("event", "purchase, in a shop or on the web"),
    "order.status": pgettext_lazy("event", "news of an order"),
    "pickup": pgettext_lazy("event", "parcel fetched"),
    "visit": pgettext_lazy("event", "visit"),
    "left": pgettext_lazy("event", "page left"),
    "message.in": pgettext_lazy("event", "message from them"),
    "opened": pgettext_lazy("event", "message opened"),
    "clicked": pgettext_lazy("event", "link followed"),
    "consent": pgettext_lazy("event", "consent given or withdrawn"),
    "closed": pgettext_lazy("event", "conversation closed"),
}
OUTCOMES: dict[str, Promise] = {
    "sent": gettext_lazy("It was sent"),
    "delivered": gettext_lazy("It arrived"),
    "opened": gettext_lazy("They opened it"),
    "clicked": gettext_lazy("They followed a link in it"),
    "failed": gettext_lazy("It did not arrive"),
    "not_sent": gettext_lazy("It was not sent"),
}
ENDS: dict[str, Promise] = {
    "done": gettext_lazy("Came to the end"),
    "goal": gettext_lazy("Reached the goal"),
    "exit": gettext_lazy("Left, for the rule to leave fits"),
    "removed": gettext_lazy("Was taken out"),
}
FACTS: dict[str, Promise] = {"birth_date": pgettext_lazy("day", "birthday"), "birthday": pgettext_lazy("day", "birthday")}
WORKDAYS, WEEKEND = [0, 1, 2, 3, 4], [5, 6]


@dataclass(frozen=True, slots=True)
class Words:
    """`text`: what it is called, or does; `more`: said after it, softer."""

    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What keys and numbers are called, asked once for a whole drawing."""

    templates: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    segments: Mapping[int, str] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)


def names(graph: Graph) -> Names:
    return Names(
        templates=dict(Template.objects.values_list("key", "name")),
        topics={topic.key: topic.name for topic in Topic.objects.all()},
        teams=dict(Team.objects.values_list("pk", "name")),
        segments=dict(Segment.objects.values_list("pk", "name")),
        steps={node.id: node for node in nodes(graph.steps)},
    )


def happening(kind: str, match: Mapping[str, str] | None = None) -> str:
    """'purchase in a shop (Kuura)'."""
    words = str(EVENTS.get(kind, kind.replace(".", " ")))
    return f"{words} ({', '.join(match.values())})" if match else words


def span_words(span: Span) -> str:
    """Without its sign: '6 months'."""
    n = abs(span.count)
    return {
        "minutes": lambda: ngettext("%(n)d minute", "%(n)d minutes", n),
        "hours": lambda: ngettext("%(n)d hour", "%(n)d hours", n),
        "days": lambda: ngettext("%(n)d day", "%(n)d days", n),
        "weeks": lambda: ngettext("%(n)d week", "%(n)d weeks", n),
        "months": lambda: ngettext("%(n)d month", "%(n)d months", n),
        "years": lambda: ngettext("%(n)d year", "%(n)d years", n),
    }[span.unit]() % {"n": n}


def day_words(name: str) -> str:
    if name in ("entered", "trigger"):
        return pgettext("day", "when they came in") if name == "entered" else pgettext("day", "when it happened")
    fact = name.removeprefix("fact:")
    return str(FACTS.get(fact, fact.replace("_", " ")))


def weekday_words(days: list[int]) -> str:
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(days))


def rule_words(rule: Mapping[str, Any] | None) -> str:
    if not rule:
        return ""
    try:
        return rule_sentence(read(rule))
    except BadRule as error:
        return str(error)


def until_hour(node: Wait) -> str:
    said = {"hour": node.hour, "days": weekday_words(node.weekdays)}
    if not node.weekdays or len(set(node.weekdays)) == 7:
        return _("until %(hour)s where they live") % said
    if sorted(node.weekdays) == WORKDAYS:
        return _("until the next weekday at %(hour)s where they live") % said
    if sorted(node.weekdays) == WEEKEND:
        return _("until the next weekend at %(hour)s where they live") % said
    return _("until %(hour)s where they live on one of these days: %(days)s") % said


def wait(node: Wait, known: Names) -> Words:
    said = {"span": span_words(node.span) if node.span else "", "day": day_words(node.date), "hour": until_hour(node) if node.hour else ""}
    if node.date and node.span and node.span.count:
        before = node.span.count < 0
        first = _("Wait until %(span)s before this: %(day)s") if before else _("Wait until %(span)s after this: %(day)s")
    elif node.date:
        first = _("Wait until this day: %(day)s")
    elif node.span:
        first = _("Wait %(span)s")
    else:
        return Words(_("Wait %(hour)s") % said if node.hour else _("Wait"))
    return Words((_("%(wait)s, then %(hour)s") % {"wait": first % said, "hour": said["hour"]}) if node.hour else first % said)


def wait_for(node: WaitFor, known: Names) -> Words:
    said = {"event": happening(node.event, node.match), "span": span_words(node.timeout)}
    return Words(_("Wait for: %(event)s") % said, _("%(span)s at most") % said)


def split(node: Split, known: Names) -> Words:
    if node.by == "random":
        return Words(_("Split by lot"))
    if node.by == "outcome":
        of = known.steps.get(node.of)
        return Words(_("Split by what became of the message"), send(of, known).text if isinstance(of, Send) else "")
    return Words(_("Split by what is known of them"))


def send(node: Send, known: Names) -> Words:
    if not node.template:
        return Words(_("Send a message"))
    more = known.topics.get(node.topic, "")
    return Words(_("Send “%(template)s”") % {"template": known.templates.get(node.template, node.template)}, more)


def set_field(node: SetField, known: Names) -> Words:
    return Words(
        _("Note that %(field)s is “%(value)s”") % {"field": day_words(node.field), "value": node.value} if node.field else _("Set a field")
    )


def conversation(node: OpenConversation, known: Names) -> Words:
    team = known.teams.get(node.team or 0, "")
    if node.callback:
        return Words(_("Ask the team %(team)s to call them") % {"team": team} if team else _("Ask for a call to them"), node.note)
    return Words(_("Open a conversation for the team %(team)s") % {"team": team} if team else _("Open a conversation"), node.note)


def webhook(node: Webhook, known: Names) -> Words:
    host = urlsplit(node.url).hostname if node.url.startswith("https://") else ""
    return Words(_("Tell another system: %(host)s") % {"host": host} if host else _("Tell another system"))


def end(node: End, known: Names) -> Words:
    return Words(_("The journey ends here"))


SAY: dict[type[Any], Any] = {
    Wait: wait,
    WaitFor: wait_for,
    Split: split,
    Send: send,
    SetField: set_field,
    OpenConversation: conversation,
    Webhook: webhook,
    End: end,
}


def words(node: Any, known: Names) -> Words:
    """One step. A name that somebody gave it goes first."""
    said: Words = SAY[type(node)](node, known)
    return Words(node.name, said.text) if node.name else said


def way_words(node: Any, way: str, known: Names) -> str:
    """One way out of a split or of a wait for something."""
    if isinstance(node, WaitFor):
        return _("It happened") if way == "came" else _("Not within %(span)s") % {"span": span_words(node.timeout)}
    branch = next((one for one in node.branches if one.id == way), None)
    if branch is None:
        return _("Nobody goes this way") if node.by == "random" and any(b.share for b in node.branches) else _("Everybody else")
    if branch.name:
        return str(branch.name)
    if node.by == "random":
        total = sum(one.share for one in node.branches)
        return _("%(share)d %% of them") % {"share": round(100 * branch.share / total) if total else 0}
    said = str(OUTCOMES.get(branch.outcome, "")) if node.by == "outcome" else rule_words(branch.rule)
    return said or _("Who goes this way?")


def start_words(graph: Graph, known: Names) -> list[tuple[str, str]]:
    """Who comes in, how often, when it is over early: an icon's name and a sentence each."""
    said = [("log-in", trigger_words(graph, known))]
    if graph.trigger.rule:
        said.append(("list-filter", _("Only who fits: %(rule)s") % {"rule": rule_words(graph.trigger.rule)}))
    if graph.again == "each":
        said.append(("repeat", _("Again each time it happens")))
    elif graph.again == "after" and graph.again_after:
        said.append(("repeat", _("Again after %(span)s at the earliest") % {"span": span_words(graph.again_after)}))
    if graph.goal_event:
        said.append(("flag", _("Goal: %(event)s") % {"event": happening(graph.goal_event)}))
    if graph.goal:
        said.append(("flag", _("Goal: %(event)s") % {"event": rule_words(graph.goal)}))
    if graph.leave:
        said.append(("log-out", _("Who fits this leaves: %(rule)s") % {"rule": rule_words(graph.leave)}))
    return said


def trigger_words(graph: Graph, known: Names) -> str:
    trigger = graph.trigger
    segment = known.segments.get(trigger.segment or 0, "…")
    if trigger.kind == "event":
        return _("Begins with: %(event)s") % {"event": happening(trigger.event, trigger.match) if trigger.event else "…"}
    if trigger.kind == "segment_entered":
        return _("Begins for who comes into the segment “%(segment)s”") % {"segment": segment}
    if trigger.kind == "segment_left":
        return _("Begins for who leaves the segment “%(segment)s”") % {"segment": segment}
    if trigger.kind == "by_hand":
        return _("Begins for those whom somebody here puts in")
    said = {"day": day_words(trigger.fact) if trigger.fact else "…", "span": span_words(trigger.offset) if trigger.offset else ""}
    if trigger.offset and trigger.offset.count:
        before = trigger.offset.count < 0
        return (
            _("Begins each year %(span)s before this: %(day)s") if before else _("Begins each year %(span)s after this: %(day)s")
        ) % said
    return _("Begins each year on this day: %(day)s") % said
