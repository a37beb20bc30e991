"""Which personal fields a piece of text uses, and whether each is safe where it has no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from liquid.ast import Node
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode

from lanka.content import liquid
from lanka.content.liquid import plain_path


@dataclass(frozen=True, slots=True)
class Use:
    """`safe`: it has a fallback, stands under a condition on itself, or is only asked about."""

    path: str
    safe: bool


def uses(source: str) -> list[Use]:
    """Of a text with its Liquid. Raises BadLiquid."""
    liquid.Compiler("en", str, lambda text: [text]).block(liquid.nodes(source))  # what does not compile is not used
    return list(dict.fromkeys(walk(liquid.nodes(source), {}, frozenset())))


def walk(found: Sequence[Node], loops: dict[str, str], sure: frozenset[str]) -> Iterator[Use]:
    for node in found:
        if isinstance(node, OutputNode):
            yield from output(node.expression, loops, sure)
        elif isinstance(node, IfNode | UnlessNode):
            yield from choice(node, loops, sure)
        elif isinstance(node, ForNode):
            of = named(plain_path(node.expression.iterable) or (), loops)
            yield Use(of, True)
            yield from walk(node.block.nodes, {**loops, str(node.expression.identifier): of}, sure | {of})


def output(expression: Any, loops: dict[str, str], sure: frozenset[str]) -> Iterator[Use]:
    filters = getattr(expression, "filters", None) or []
    fallback = any(one.name == "default" for one in filters) or not isinstance(expression, FilteredExpression)
    for path in paths(expression, loops):
        guarded = any(path == one or path.startswith(f"{one}.") for one in sure)
        yield Use(path, fallback or guarded)


def choice(node: IfNode | UnlessNode, loops: dict[str, str], sure: frozenset[str]) -> Iterator[Use]:
    asked = list(paths(node.condition, loops))
    yield from (Use(path, True) for path in asked)
    alone = [named(path, loops)] if (path := plain_path(inner(node.condition))) else []
    equal = asked if "==" in str(node.condition) and " or " not in str(node.condition) else alone
    yield from walk(node.consequence.nodes, loops, sure | set(equal if isinstance(node, IfNode) else ()))
    for one in node.alternatives:
        yield from (Use(path, True) for path in paths(one.expression, loops))
        yield from walk(one.block.nodes, loops, sure)
    if node.default:
        yield from walk(node.default.nodes, loops, sure | set(alone if isinstance(node, UnlessNode) else ()))


def inner(expression: Any) -> Any:
    return expression.expression if isinstance(expression, BooleanExpression) else expression


def paths(expression: Any, loops: dict[str, str]) -> Iterator[str]:
    """Every field that an expression names, `or`ed, compared or filtered."""
    path = plain_path(expression)
    if path:
        yield named(path, loops)
        return
    if isinstance(expression, Path):
        yield str(expression)
    for child in expression.children() if hasattr(expression, "children") else ():
        yield from paths(child, loops)


def named(path: Sequence[str], loops: dict[str, str]) -> str:
    return ".".join((loops.get(path[0], path[0]), *path[1:])) if path else ""
