"""What is done for people on their way, in the transaction that moves them on: done once or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from procrastinate.contrib.django import app

from lanka.conversations.assign import assign
from lanka.conversations.change import happened
from lanka.conversations.start import start
from lanka.customers.fact import BY_SYSTEM, learn
from lanka.customers.models import Customer
from lanka.decide.judge import judge
from lanka.decide.models import Message
from lanka.outreach.journeys.graph import OpenConversation, Send, SetField, Webhook
from lanka.outreach.journeys.told import values_told
from lanka.outreach.journeys.walk import Effect, Walker
from lanka.outreach.models import Edition
from lanka.people.models import Team
from lanka.timeline.record import record


def send(edition: Edition, node: Send, walkers: Sequence[Walker]) -> None:
    """One judgement for all who came to this node for the same reason and are told the same. Verdicts are unique: a repeat
    changes nothing.
    """
    number = edition.messages.get(node.id)
    if number is None:
        return
    message = Message.objects.get(pk=number)
    alike: dict[tuple[str, str], list[Walker]] = defaultdict(list)
    for walker in walkers:
        alike[walker.occurrence, json.dumps(values_told(walker.fields.get("trigger", {})), sort_keys=True)].append(walker)
    for (occurrence, values), those in alike.items():
        judge(message, [walker.customer for walker in those], occurrence=occurrence, values=json.loads(values))


def set_field(edition: Edition, node: SetField, walkers: Sequence[Walker]) -> None:
    for customer in Customer.objects.filter(pk__in=[walker.customer for walker in walkers]):
        learn(customer, node.field, node.value, source=source(edition), trust=BY_SYSTEM)
        record(customer, "fact", text=node.value, data={"kind": node.field, "journey": edition.journey_id})


def conversation(edition: Edition, node: OpenConversation, walkers: Sequence[Walker]) -> None:
    team = Team.objects.filter(pk=node.team).first() if node.team else None
    for customer in Customer.objects.filter(pk__in=[walker.customer for walker in walkers]):
        opened = start(customer, by=None, subject=node.name or edition.journey.name)
        data = {"journey": edition.journey_id, "node": node.id, "callback": node.callback}
        happened(opened, "journey.asks", by=None, text=node.note, data=data)
        if team:
            assign(opened, by=None, team=team)


def webhook(edition: Edition, node: Webhook, walkers: Sequence[Walker]) -> None:
    """A job in this transaction: called after the commit, again until it is taken, with a key that stays the same."""
    public = dict(Customer.objects.filter(pk__in=[walker.customer for walker in walkers]).values_list("pk", "public_id"))
    for walker in walkers:
        body = {
            "key": f"{walker.key}:{node.id}",
            "journey": edition.journey_id,
            "node": node.id,
            "person": str(public[walker.customer]),
            "fields": walker.fields.get("trigger", {}),
        }
        app.configure_task("lanka.outreach.jobs.call_webhook").defer(url=node.url, body=body)


DO: dict[type[Any], Callable[..., None]] = {Send: send, SetField: set_field, OpenConversation: conversation, Webhook: webhook}


def source(edition: Edition) -> str:
    return f"journey:{edition.journey_id}"


def carry_out(edition: Edition, effects: Sequence[Effect]) -> None:
    """Grouped by node, in the order in which the first came to it."""
    groups: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        groups[effect.node.id].append(effect)
    for group in groups.values():
        node = group[0].node
        DO[type(node)](edition, node, [effect.walker for effect in group])
