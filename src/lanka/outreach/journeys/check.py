"""What is wrong with a drawing, in words that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lanka.content.models import Version
from lanka.customers.models import Topic
from lanka.outreach.journeys.graph import Graph, OpenConversation, Rule, Send, SetField, Split, Wait, WaitFor, Webhook, nodes
from lanka.outreach.rules import BadRule, read


@dataclass(frozen=True, slots=True)
class Finding:
    """`stops`: cannot be published like this. `node` '' is the trigger."""

    node: str
    words: str
    stops: bool = True


def check(graph: Graph) -> list[Finding]:
    found = [Finding("", words) for words in about_trigger(graph)]
    sends = {node.id for node in nodes(graph.steps) if isinstance(node, Send)}
    if not graph.steps:
        found.append(Finding("", _("Nothing happens here yet: add a first step.")))
    for node in nodes(graph.steps):
        found += [Finding(node.id, words) for words in about_node(node, sends)]
    return found


def about_trigger(graph: Graph) -> Iterator[str]:
    trigger = graph.trigger
    if trigger.kind == "event" and not trigger.event:
        yield _("Say what lets people in.")
    if trigger.kind == "date" and not trigger.fact:
        yield _("Say which date lets people in.")
    if trigger.kind in ("segment_entered", "segment_left") and trigger.segment is None:
        yield _("Choose the segment.")
    for rule in (trigger.rule, graph.goal, graph.leave):
        yield from about_rule(rule)
    if graph.again == "after" and graph.again_after is None:
        yield _("Say after how long they may come in again.")


def about_rule(rule: Rule | None) -> Iterator[str]:
    try:
        read(rule or {})
    except BadRule as error:
        yield str(error)


def about_node(node: Any, sends: set[str]) -> Iterator[str]:
    match node:
        case Wait() if not (node.span or node.date or node.hour):
            yield _("Say how long to wait.")
        case Wait() if node.span and node.span.count < 0 and not node.date:
            yield _("A wait before something needs the date it is before.")
        case WaitFor() if node.timeout.count <= 0:
            yield _("Say how long to wait at the most.")
        case Send():
            yield from about_send(node)
        case Split():
            yield from about_split(node, sends)
        case SetField() if not node.field:
            yield _("Choose the field.")
        case OpenConversation() if not node.note:
            yield _("Tell the team why: they will see only this.")
        case Webhook() if not node.url.startswith("https://"):
            yield _("The address must begin with https://")


def about_send(node: Send) -> Iterator[str]:
    if not node.template:
        yield _("Choose what is sent.")
    elif not Version.objects.filter(template__key=node.template, approved_at__isnull=False).exists():
        yield _("Nobody has approved this text yet: ask for approval where it is written.")
    if not Topic.objects.filter(key=node.topic, retired_at=None).exists():
        yield _("Choose the topic: it says who may get this.")


def about_split(node: Split, sends: set[str]) -> Iterator[str]:
    for branch in node.branches:
        if node.by == "rule" and not branch.rule:
            yield _("Say who goes this way.")
        yield from about_rule(branch.rule)
        if node.by == "outcome" and not branch.outcome:
            yield _("Say what must have become of the message.")
    if node.by == "outcome" and node.of not in sends:
        yield _("Choose the message that the split looks at.")
    if node.by == "random" and not sum(branch.share for branch in node.branches):
        yield _("Give the branches their shares.")
