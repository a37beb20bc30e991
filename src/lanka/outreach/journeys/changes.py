"""What differs between two drawings, in words: for the list of editions and before publishing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from lanka.outreach.journeys.graph import Branch, Graph
from lanka.outreach.journeys.plan import Plan, planned, ways_out
from lanka.outreach.journeys.words import Names, Words, names, start_words, words


def changes(old: Graph, new: Graph) -> list[str]:
    before, after = planned(old), planned(new)
    known, known_before = names(new), names(old)
    return [*about_start(old, new, known_before, known), *about_steps(before, after, known_before, known)]


def about_start(old: Graph, new: Graph, known_before: Names, known: Names) -> Iterator[str]:
    was, now = [text for _icon, text in start_words(old, known_before)], [text for _icon, text in start_words(new, known)]
    for text in now:
        if text not in was:
            yield _("At the beginning, new: %(words)s") % {"words": text}
    for text in was:
        if text not in now:
            yield _("At the beginning, no longer: %(words)s") % {"words": text}


def about_steps(before: Plan, after: Plan, known_before: Names, known: Names) -> Iterator[str]:
    for step, node in after.nodes.items():
        said, was = called(words(node, known)), before.nodes.get(step)
        if was is None:
            yield _("New step: %(words)s") % {"words": said}
        elif own(was) != own(node):
            earlier = called(words(was, known_before))
            yield (
                _("Changed: %(words)s") % {"words": said}
                if earlier == said
                else _("Changed: %(was)s → %(words)s") % {"was": earlier, "words": said}
            )
        if was is not None and moved(before, after, step):
            yield _("Moved: %(words)s") % {"words": said}
    for step, node in before.nodes.items():
        if step not in after.nodes:
            yield _("Taken away: %(words)s") % {"words": called(words(node, known_before))}


def called(said: Words) -> str:
    return f"{said.text} ({said.more})" if said.more else said.text


def own(node: Any) -> dict[str, Any]:
    """A step without the steps inside it."""
    told: dict[str, Any] = node.model_dump(exclude={"came", "timed_out", "otherwise", "branches"})
    told["ways"] = [branch_of(one) for one in getattr(node, "branches", [])]
    return told


def branch_of(branch: Branch) -> dict[str, Any]:
    return branch.model_dump(exclude={"steps"})


def moved(before: Plan, after: Plan, id: str) -> bool:
    """In another sequence, or among those of its own sequence that are in both, at another place."""
    was, now = place(before, id), place(after, id)
    both = set(before.nodes) & set(after.nodes)
    return was[0] != now[0] or [one for one in was[1] if one in both] != [one for one in now[1] if one in both]


def place(plan: Plan, id: str) -> tuple[tuple[str, str], list[str]]:
    """The sequence that a step lies in (its owner and way), and what stands before it there."""
    sequences = {("", ""): plan.graph.steps}
    sequences |= {(node.id, name): steps for node in plan.nodes.values() for name, steps in ways_out(node)}
    for key, steps in sequences.items():
        ids = [step.id for step in steps]
        if id in ids:
            return key, ids[: ids.index(id)]
    raise KeyError(id)
