"""A rule as one statement of SQL over all people, or over some: who fits, and when time alone may next change the answer.

Every condition becomes two expressions: `holds`, and `next`, the earliest moment after now when `holds` can turn without any
news (none: never). Groups combine them. While an 'all' is false, it stays so at least until the last of its false conditions
has had its moment; while it is true, until the first of any. 'Any' is the mirror of it. So somebody who fails a condition that
time cannot change has no moment at all, and a million people who did nothing cost nothing to wait for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import sql

from lanka.outreach.rules import BadRule, Condition, Group, InSegment, Leaf

Sql = sql.SQL | sql.Composed | sql.Literal
TRUE, NEVER = sql.SQL("true"), sql.SQL("'infinity'::timestamptz")
DEEPEST = 12  # segments within segments
EVERYBODY = "c.erased_at IS NULL AND NOT EXISTS (SELECT FROM customers_alias ca WHERE ca.customer_id = c.id)"


@dataclass(frozen=True)
class Part:
    """Of one person: `holds` is never null. `next` None: only news changes it."""

    holds: Sql
    next: Sql | None = None


@dataclass
class Compiling:
    """What a condition may ask of the statement around it. `bases`: base → root of those meant; None = everybody."""

    at: datetime
    bases: dict[int, int] | None
    cuts: dict[str, Any]
    rules: dict[int, Leaf | Group]  # of the segments that are named
    joins: list[sql.Composed] = field(default_factory=list)
    within: list[int] = field(default_factory=list)

    @property
    def now(self) -> sql.Literal:
        return sql.Literal(self.at)

    def gather(self, table: str, columns: Mapping[str, Sql], where: Sql = TRUE) -> dict[str, sql.Composed]:
        """Rows `x` of a table that has a `customer_id`, a line of `columns` (aggregates) a person. How to name the columns then."""
        name = sql.Identifier(f"j{len(self.joins)}")
        listed = sql.SQL(", ").join(sql.SQL("{} AS {}").format(what, sql.Identifier(key)) for key, what in columns.items())
        self.joins.append(
            sql.SQL(
                "LEFT JOIN (SELECT {root} AS root, {columns} FROM {table} x {tie} WHERE {where} GROUP BY 1) {name} ON {name}.root = c.id"
            ).format(root=self.root, columns=listed, table=sql.SQL(table), tie=self.tie, where=where, name=name)
        )
        return {key: sql.SQL("{}.{}").format(name, sql.Identifier(key)) for key in columns}

    def first(self, table: str, columns: Mapping[str, Sql], where: Sql, order: str) -> dict[str, sql.Composed]:
        """As `gather`, of each person the first row in that order."""
        name = sql.Identifier(f"j{len(self.joins)}")
        listed = sql.SQL(", ").join(sql.SQL("{} AS {}").format(what, sql.Identifier(key)) for key, what in columns.items())
        inner = sql.SQL("SELECT DISTINCT ON (1) {root} AS root, {columns} FROM {table} x {tie} WHERE {where} ORDER BY 1, {order}").format(
            root=self.root, columns=listed, table=sql.SQL(table), tie=self.tie, where=where, order=sql.SQL(order)
        )
        self.joins.append(sql.SQL("LEFT JOIN ({}) {} ON {}.root = c.id").format(inner, name, name))
        return {key: sql.SQL("{}.{}").format(name, sql.Identifier(key)) for key in columns}

    @property
    def tie(self) -> sql.SQL:
        if self.bases is None:
            return sql.SQL("LEFT JOIN customers_alias xa ON xa.customer_id = x.customer_id")
        return sql.SQL("JOIN bases xb ON xb.base = x.customer_id")

    @property
    def root(self) -> sql.SQL:
        return sql.SQL("coalesce(xa.root_id, x.customer_id)" if self.bases is None else "xb.root")

    def part(self, rule: Leaf | Group) -> Part:
        if isinstance(rule, Group):
            return self.group(rule)
        found = self.segment(rule) if isinstance(rule, InSegment) else self.leaf(rule)
        return turned(found) if rule.no else found

    def group(self, rule: Group) -> Part:
        parts = [self.part(one) for one in rule.rules]
        if rule.is_ == "any":
            return turned(both([turned(one) for one in parts]))
        return both([turned(one) for one in parts]) if rule.is_ == "none" else both(parts)

    def segment(self, rule: InSegment) -> Part:
        """Its rule stands here in its place: always in step, in whatever order they are worked out."""
        if rule.segment in self.within or len(self.within) >= DEEPEST:
            raise BadRule("a segment may not be part of itself")
        if rule.segment not in self.rules:
            raise BadRule("a segment that it names is not there any more")
        self.within.append(rule.segment)
        found = self.part(self.rules[rule.segment])
        self.within.pop()
        return found

    def leaf(self, rule: Condition) -> Part:
        from lanka.outreach.leaves import LEAVES

        return LEAVES[type(rule)](self, rule)


def turned(part: Part) -> Part:
    return Part(sql.SQL("NOT ({})").format(part.holds), part.next)


def both(parts: Sequence[Part]) -> Part:
    """All of them. Those that only news can change decide first whether there is anything to wait for."""
    if not parts:
        return Part(TRUE)
    if len(parts) == 1:
        return parts[0]
    holds = sql.SQL("(") + sql.SQL(" AND ").join(one.holds for one in parts) + sql.SQL(")")
    timed = [one for one in parts if one.next is not None]
    if not timed:
        return Part(holds)
    still = [one.holds for one in parts if one.next is None] or [TRUE]
    nexts = [one.next for one in timed if one.next is not None]
    waiting = sql.SQL(", ").join(
        sql.SQL("CASE WHEN {} THEN '-infinity' ELSE {} END").format(one.holds, one.next) for one in timed if one.next is not None
    )
    return Part(
        holds,
        sql.SQL("CASE WHEN NOT ({}) THEN {} WHEN {} THEN LEAST({}) ELSE GREATEST({}) END").format(
            sql.SQL(" AND ").join(still), NEVER, sql.SQL(" AND ").join(one.holds for one in timed), sql.SQL(", ").join(nexts), waiting
        ),
    )


def statement(compiling: Compiling, rule: Leaf | Group) -> sql.Composed:
    """SELECT root, holds, next. Without bases: of everybody."""
    part = compiling.part(rule)
    head: Sql = sql.SQL("")
    where: Sql = sql.SQL(EVERYBODY)
    if compiling.bases is not None:
        bases, roots = list(compiling.bases), list(compiling.bases.values())
        head = sql.SQL("WITH bases AS MATERIALIZED (SELECT * FROM unnest({}::bigint[], {}::bigint[]) AS b(base, root)) ").format(
            bases, roots
        )
        where = sql.SQL("c.id = ANY({}::bigint[]) AND c.erased_at IS NULL").format(sorted(set(roots)))
    return sql.SQL("{}SELECT c.id AS root, {} AS holds, {} AS next FROM customers_customer c {} WHERE {}").format(
        head, part.holds, part.next or NEVER, sql.SQL(" ").join(compiling.joins), where
    )
