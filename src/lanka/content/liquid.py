"""Liquid in a sandbox: few tags, few filters, nothing that reads a file or grows without bound. Parsed once, filled fast.

A `Program` is a text whose holes are Liquid: `{{ person.first_name | default: "there" }}`, `{% if … %}`, `{% for line in order.lines %}`.
A value is only ever *output*, escaped for where it stands; nothing of it is read as Liquid or as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from liquid import Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path, StringLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidError

from lanka.content.fields import FIELDS
from lanka.content.formats import shown

TAGS = {"#", "comment", "content", "for", "if", "illegal", "output", "unless"}
FILTERS = {
    *("abs", "at_least", "at_most", "capitalize", "ceil", "default", "divided_by", "downcase", "first", "floor", "join", "last", "minus"),
    *("modulo", "plus", "round", "size", "strip", "times", "truncate", "truncatewords", "upcase"),
}
LONGEST = 60_000  # characters of source
ROUNDS, MOST_ROUNDS = 500, 5000  # of one loop, of all loops together
LARGEST = 400_000  # characters that one expression may hold
Path_ = tuple[str, ...]


class BadLiquid(ValueError):
    """In words for the writer."""


class Missing(ValueError):
    """A field has no value and no fallback: this person must not get this text."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(dict.fromkeys(fields))
        super().__init__(f"no value and no fallback for {', '.join(self.fields)}")


class Sandbox(Environment):
    loop_iteration_limit = ROUNDS
    output_stream_limit = LARGEST
    local_namespace_limit = 10_000
    block_nesting_limit = 12

    def setup_tags_and_filters(self, *args: Any, **kwargs: Any) -> None:
        super().setup_tags_and_filters(*args, **kwargs)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        self.filters = {name: one for name, one in self.filters.items() if name in FILTERS}


SANDBOX = Sandbox()
NOTHING = SANDBOX.from_string("")


class Context(RenderContext):
    """An empty text, list or group counts as not there, in conditions as in words."""

    def get(self, path: list[object], *, token: Any, **more: Any) -> object:
        found = super().get(path, token=token, **more)
        return None if found in ("", [], {}) else found


class Filling:
    """One filling: the values (`scope`), what turns a link into this person's own, and what was missing."""

    __slots__ = ("follow", "missing", "rounds", "scope", "show_missing")

    def __init__(self, scope: dict[str, Any], follow: Callable[[str, str], str], *, show_missing: bool) -> None:
        self.scope, self.follow, self.show_missing = scope, follow, show_missing
        self.missing: list[str] = []
        self.rounds = 0

    def absent(self, path: str) -> str:
        self.missing.append(path)
        return f"⟨{path}⟩" if self.show_missing else ""


Part = Callable[[Filling], str]
Escape = Callable[[str], str]


def nodes(source: str) -> list[Node]:
    """Raises BadLiquid."""
    if len(source) > LONGEST:
        raise BadLiquid("too long")
    try:
        return SANDBOX.from_string(source).nodes
    except LiquidError as error:
        raise BadLiquid(str(error.message or error).strip()) from error
    except RecursionError as error:
        raise BadLiquid("nested too deep") from error


def plain_path(expression: object) -> Path_ | None:
    """('person', 'first_name'), None for anything that is more than names with dots."""
    if isinstance(expression, Path) and all(isinstance(one, str) for one in expression.path):
        return tuple(str(one) for one in expression.path)
    return None


def held(scope: Mapping[str, Any], path: Path_) -> Any:
    here: Any = scope
    for part in path:
        if type(here) is not dict:
            return None
        here = here.get(part)
    return here


class Compiler:
    """Liquid's tree as functions. `holes`: what a sentinel in a text stands for; `loops`: loop variable → the list's path."""

    def __init__(self, language: str, escape: Escape, expand: Callable[[str], list[str | Part]]) -> None:
        self.language, self.escape, self.expand = language, escape, expand
        self.loops: dict[str, str] = {}

    def block(self, found: Sequence[Node]) -> Part:
        parts: list[str | Part] = []
        for node in found:
            parts += self.expand(node.text) if isinstance(node, ContentNode) else [self.node(node)]
        return joined(parts)

    def node(self, node: Node) -> Part:
        if isinstance(node, OutputNode):
            return self.output(node.expression)
        if isinstance(node, IfNode | UnlessNode):
            return self.choice(node)
        if isinstance(node, ForNode):
            return self.loop(node)
        if isinstance(node, CommentNode) or not str(node).strip():
            return lambda _filling: ""
        raise BadLiquid(f"{{% {node.token.value} %}} is not used here")

    def name(self, path: Path_) -> str:
        return ".".join((self.loops.get(path[0], path[0]), *path[1:]))

    def output(self, expression: Any) -> Part:
        language, escape = self.language, self.escape
        known_filters(expression)
        path = plain_path(expression.left) if isinstance(expression, FilteredExpression) else None
        filters = (expression.filters or []) if path else []
        fallback = only_default(filters)
        if path is None or fallback is False:
            return self.slow_output(expression, path)
        name, instead = self.name(path), None if fallback is None else escape(str(fallback))
        known = FIELDS.get(name)
        dated = known is not None and known.kind == "date"

        def fast(filling: Filling) -> str:
            value = held(filling.scope, path)
            text = value if type(value) is str and not dated else shown(value, name, language)
            if text:
                return escape(text)
            return filling.absent(name) if instead is None else instead

        return fast

    def slow_output(self, expression: Any, path: Path_ | None) -> Part:
        name = self.name(path) if path else str(expression)

        def slow(filling: Filling) -> str:
            value = evaluated(expression, filling)
            text = shown(value, "", self.language)
            return self.escape(text) if text else filling.absent(name)

        return slow

    def choice(self, node: IfNode | UnlessNode) -> Part:
        first = self.condition(node.condition)
        if isinstance(node, UnlessNode):
            yes = first
            first = lambda filling: not yes(filling)  # noqa: E731
        ways = [(first, self.block(node.consequence.nodes))]
        ways += [(self.condition(one.expression), self.block(one.block.nodes)) for one in node.alternatives]
        otherwise = self.block(node.default.nodes) if node.default else None

        def chosen(filling: Filling) -> str:
            for holds, then in ways:
                if holds(filling):
                    return then(filling)
            return otherwise(filling) if otherwise else ""

        return chosen

    def condition(self, expression: Any) -> Callable[[Filling], bool]:
        inner = expression.expression if isinstance(expression, BooleanExpression) else expression
        path = plain_path(inner)
        if path:
            return lambda filling: bool(held(filling.scope, path))
        return lambda filling: bool(evaluated(expression, filling))

    def loop(self, node: ForNode) -> Part:
        given = node.expression
        path = plain_path(given.iterable)
        if path is None or given.limit or given.offset or given.reversed or node.default:
            raise BadLiquid("a loop goes over a whole list: {% for line in order.lines %}")
        name = str(given.identifier)
        before = self.loops.get(name)
        self.loops[name] = self.name(path)
        body = self.block(node.block.nodes)
        self.loops.pop(name) if before is None else self.loops.__setitem__(name, before)

        def repeated(filling: Filling) -> str:
            rows, outer = held(filling.scope, path), filling.scope
            if not isinstance(rows, list) or len(rows) > ROUNDS:
                return ""
            filling.rounds += len(rows)
            if filling.rounds > MOST_ROUNDS:
                raise BadLiquid("too many rounds: a list in a list in a list")
            made = []
            for row in rows:
                filling.scope = {**outer, name: row}
                made.append(body(filling))
            filling.scope = outer
            return "".join(made)

        return repeated


def evaluated(expression: Any, filling: Filling) -> Any:
    try:
        return expression.evaluate(Context(NOTHING, globals=filling.scope))
    except (LiquidError, TypeError, ValueError, ArithmeticError):
        return None


def known_filters(expression: Any) -> None:
    for one in [*(getattr(expression, "filters", None) or []), *(getattr(expression, "tail_filters", None) or [])]:
        if one.name not in FILTERS:
            raise BadLiquid(f"there is no filter {one.name!r}")
    if isinstance(getattr(expression, "left", None), FilteredExpression):
        known_filters(expression.left)


def only_default(filters: Sequence[Any]) -> str | Literal[False] | None:
    """None for no filter, the words (perhaps none) for `| default: "words"`, False for anything else."""
    if not filters:
        return None
    if len(filters) == 1 and filters[0].name == "default" and len(filters[0].args) == 1:
        value = getattr(filters[0].args[0], "value", None)
        return str(value.value) if isinstance(value, StringLiteral) else False
    return False


def joined(parts: Sequence[str | Part]) -> Part:
    """Neighbouring texts as one; functions called in their order."""
    ready: list[str | Part] = []
    for part in parts:
        if isinstance(part, str) and ready and isinstance(ready[-1], str):
            ready[-1] += part
        elif part != "":
            ready.append(part)
    if not ready:
        return lambda _filling: ""
    if len(ready) == 1:
        only = ready[0]
        return (lambda _filling: only) if isinstance(only, str) else only
    return lambda filling: "".join([part if type(part) is str else part(filling) for part in ready])  # type: ignore[operator]
