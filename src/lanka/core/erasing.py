"""Forgetting a person is done by every room for itself: a room that holds something of customers has a module `erase`.

Found as channels are, by looking: the verb (`customers/forget.py`) stands low and calls nobody above by name. From the top floor down,
for what is higher points at what is lower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from django.apps import apps
from django.db import models

Counts = dict[str, int]
SHORTEST = 6  # of a value that is looked for in what came from outside: a shorter one stands in other people's words too


class Busy(Exception):
    """A message to this person is just being handed over. `words` for whoever asked."""


@dataclass(frozen=True, slots=True)
class Who:
    """`values`: addresses in every writing. `beside`: others whom somebody once took for this person. `files`: let go of by a room,
    gone at the end if nobody else holds them."""

    bases: list[int]
    values: frozenset[str] = frozenset()
    beside: list[int] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def telling(self) -> list[str]:
        return sorted(value for value in self.values if len(value) >= SHORTEST)


class Part(Protocol):
    """`KEEPS`: model → why its rows stay, without what tells who it was."""

    KEEPS: dict[str, str]

    def erase(self, who: Who) -> Counts: ...


def parts() -> Iterator[tuple[str, Part]]:
    """(room, its part), the top floor first."""
    for config in reversed(list(apps.get_app_configs())):
        if config.name.startswith("lanka.") and find_spec(f"{config.name}.erase"):
            yield config.label, cast(Part, import_module(f"{config.name}.erase"))


def pointers(target: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every column of Lanka that points at a row of `target`."""
    for model in apps.get_models():
        if model._meta.app_config.name.startswith("lanka."):
            for column in model._meta.concrete_fields:
                if column.is_relation and column.related_model is target:
                    yield model, column.name


def left(target: type[models.Model], pks: list[int]) -> Counts:
    """What still points there, in whatever room: none of it is the proof. What a room keeps on purpose is not counted."""
    kept = {f"{room}.{name}" for room, part in parts() for name in getattr(part, "KEEPS", {})}
    found: Counts = {}
    for model, column in pointers(target):
        if model._meta.label not in kept:
            manager: Any = model._default_manager
            found[model._meta.label] = found.get(model._meta.label, 0) + manager.filter(**{f"{column}__in": pks}).count()
    return found
