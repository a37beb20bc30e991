"""A drawing becomes an edition that people walk; those inside an older one stay on it or move over."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.db.models import Max

from lanka.content.models import Version
from lanka.core.clock import now
from lanka.customers.models import Topic
from lanka.decide.models import Message
from lanka.outreach.journeys.check import Finding, check
from lanka.outreach.journeys.due import plan_of
from lanka.outreach.journeys.graph import Graph, Send, nodes
from lanka.outreach.journeys.plan import END, Plan
from lanka.outreach.models import Edition, Journey, Traveller
from lanka.people.models import User

Inside = Literal["stay", "move"]


class NotReady(ValueError):
    """The drawing cannot be walked; `findings` say where and how to mend it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(finding.words for finding in findings))
        self.findings = findings


@transaction.atomic
def publish(journey: Journey, *, by: User | None, inside: Inside = "stay") -> Edition:
    """The draft as it stands. `inside`: 'stay' lets those on the way finish what they began; 'move' takes them over, and their
    waits are worked out anew from when they began to wait. Raises NotReady.
    """
    locked = Journey.objects.select_for_update().get(pk=journey.pk)
    graph = Graph.model_validate(locked.draft)
    if findings := [finding for finding in check(graph) if finding.stops]:
        raise NotReady(findings)
    before = locked.editions.order_by("-number").first()
    number = (locked.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = Edition.objects.create(journey=locked, number=number, graph=graph.model_dump(), at=now(), by=by)
    edition.messages = {node.id: message_for(locked, node).pk for node in nodes(graph.steps) if isinstance(node, Send)}
    edition.save(update_fields=["messages"])
    if before and inside == "move":
        move(locked, edition)
    return edition


def message_for(journey: Journey, node: Send) -> Message:
    """The same words on the same topic at the same step are the same message, whatever else was redrawn."""
    version = Version.objects.filter(template__key=node.template, approved_at__isnull=False).order_by("-number").first()
    assert version is not None  # `check` refuses a step whose words nobody has approved
    topic = Topic.objects.get(key=node.topic)
    source = f"journey:{journey.pk}:{node.id}"
    same = Message.objects.filter(source=source, topic=topic, version_id=version.pk, purpose=node.purpose, channels=node.channels)
    found = same.filter(withdrawn_at=None).first()
    return found or Message.objects.create(
        name=f"{journey.name}: {node.name or version.template.name}",
        topic=topic,
        brand_id=version.template.brand_id,
        version_id=version.pk,
        source=source,
        purpose=node.purpose,
        content=version.digest,
        channels=node.channels,
        sends_at=now(),
    )


def landing(old: Plan, new: Plan, node: str) -> str:
    """Where somebody at `node` stands in the new drawing: there, or at the next step that still exists, or at the end."""
    while node != END and node not in new.nodes:
        node = old.after.get(node, END)
    return node


def changed(old: Plan, new: Plan) -> dict[str, str]:
    """Old node → new node, for those where something is different now."""
    return {node: landing(old, new, node) for node, step in old.nodes.items() if new.nodes.get(node) != step}


def move(journey: Journey, edition: Edition) -> None:
    """Only who stands at a step that is different now becomes due at once: a new comma does not wake a million."""
    new, inside = plan_of(edition.pk), Traveller.objects.filter(journey=journey, ended_at__isnull=True)
    for old in Edition.objects.filter(pk__in=inside.exclude(edition=edition).values("edition").distinct()):
        for node, there in changed(plan_of(old.pk), new).items():
            inside.filter(edition=old, node=node).update(node=there, due=now())
        inside.filter(edition=old).update(edition=edition)


@transaction.atomic
def let_in_from_now(journey: Journey, *, by: User | None) -> None:
    """Raises NotReady when nothing is published yet."""
    if not journey.editions.exists():
        publish(journey, by=by)
    Journey.objects.filter(pk=journey.pk, running_since=None).update(running_since=now())
    journey.refresh_from_db(fields=["running_since"])


def let_nobody_in(journey: Journey) -> None:
    """Those inside go on to their end."""
    Journey.objects.filter(pk=journey.pk).update(running_since=None)
    journey.running_since = None
