"""What each condition means in SQL. One function a condition; all of them add spans to the day of the event and never take them
from now, for months are not equally long: so 'holds' and 'next' cannot disagree by a day.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from psycopg import sql

from lanka.customers.models import Kind
from lanka.outreach import rules
from lanka.outreach.compile import NEVER, TRUE, Compiling, Part, Sql

S, L = sql.SQL, sql.Literal


def span(n: int, unit: str) -> Sql:
    return S("interval {}").format(L(f"{n} {unit}"))


def later(moment: Sql, now: Sql) -> sql.Composed:
    """The moment if it is yet to come, else never."""
    return S("CASE WHEN {m} > {n} THEN {m} ELSE {never} END").format(m=moment, n=now, never=NEVER)


def counted(c: Compiling, rule: rules.Did | rules.Bought, table: str, where: Sql, *, total: Sql | None = None, least: int = 0) -> Part:
    """At least `rule.times` rows of the table in the window, and `least` together of `total`."""
    times, step = rule.times, span(rule.n, rule.unit)
    window: Sql = TRUE
    if rule.when in ("since", "until"):
        window = S("x.at {} {}").format(S(">=" if rule.when == "since" else "<"), L(rule.date))
    inside = {"within": S("x.at + {} > {}").format(step, c.now), "before": S("x.at + {} <= {}").format(step, c.now)}.get(rule.when, TRUE)
    columns: dict[str, Sql] = {"n": S("count(*) FILTER (WHERE {})").format(inside)}
    if total is not None:
        columns["total"] = S("sum({}) FILTER (WHERE {})").format(total, inside)
    if rule.when in ("within", "before", "last"):
        columns["newest"] = S("max(x.at + {})").format(step)
        columns["turn"] = S("min(x.at + {s}) FILTER (WHERE x.at + {s} > {now})").format(s=step, now=c.now)
    found = c.gather(table, columns, S("{} AND {}").format(where, window))
    holds = S("coalesce({}, 0) >= {}").format(found["n"], L(times))
    if total is not None:
        holds = S("({} AND coalesce({}, 0) >= {})").format(holds, found["total"], L(least))
    return timed(c, rule, holds, found, exact=times == 1 and not least)


def timed(c: Compiling, rule: rules.Timed, holds: sql.Composed, found: dict[str, sql.Composed], *, exact: bool) -> Part:
    if rule.when == "last":  # the newest of them is longer ago than that
        quiet = S("({} AND {} <= {})").format(holds, found["newest"], c.now)
        return Part(S("coalesce({}, false)").format(quiet), S("coalesce({}, {})").format(later(found["newest"], c.now), NEVER))
    if rule.when == "within":
        turn = found["newest"] if exact else found["turn"]
        return Part(holds, S("CASE WHEN {} THEN coalesce({}, {}) ELSE {} END").format(holds, turn, NEVER, NEVER))
    if rule.when == "before":
        return Part(holds, S("CASE WHEN {} THEN {} ELSE coalesce({}, {}) END").format(holds, NEVER, found["turn"], NEVER))
    return Part(holds)


def did(c: Compiling, rule: rules.Did) -> Part:
    where: Sql = S("x.kind = {}").format(L(rule.event))
    for key, value in rule.match.items():
        where = S("{} AND lower(x.data ->> {}) = lower({})").format(where, L(key), L(value))
    return counted(c, rule, "timeline_event", where)


def bought(c: Compiling, rule: rules.Bought) -> Part:
    where: Sql = S("x.status <> 'returned'")
    total: Sql = S("x.amount")
    if rule.what == "product":
        path = f'$[*].name ? (@ like_regex {json.dumps(rule.value)} flag "qi")'
        where = S("{} AND jsonb_path_exists(x.lines, {}::jsonpath)").format(where, L(path))
        total = of_lines(S("l ->> 'name' ILIKE {}").format(L(f"%{rule.value}%")))
    elif rule.what != "anything":
        pair = json.dumps([{rule.what: rule.value}], ensure_ascii=False)
        where = S("{} AND x.lines @> {}::jsonb").format(where, L(pair))
        total = of_lines(S("l ->> {} = {}").format(L(rule.what), L(rule.value)))
    if rule.store:
        where = S("{} AND x.store_id = (SELECT id FROM commerce_store WHERE name = {})").format(where, L(rule.store))
    if rule.total:
        where = S("{} AND x.currency = {}").format(where, L(rule.currency))
    return counted(c, rule, "commerce_order", where, total=total if rule.total else None, least=rule.total)


def of_lines(which: Sql) -> Sql:
    return S("(SELECT sum((l ->> 'amount')::numeric) FROM jsonb_array_elements(x.lines) l WHERE {})").format(which)


def language(c: Compiling, rule: rules.Language) -> Part:
    return Part(S("c.language = ANY({}::text[])").format(list(rule.values)))


def met(c: Compiling, rule: rules.Met) -> Part:
    if rule.when == "ever":
        return Part(TRUE)
    if rule.when in ("since", "until"):
        return Part(S("c.created_at {} {}").format(S(">=" if rule.when == "since" else "<"), L(rule.date)))
    turn = S("(c.created_at + {})").format(span(rule.n, rule.unit))
    return Part(S("{} {} {}").format(turn, S(">" if rule.when == "within" else "<="), c.now), later(turn, c.now))


def fact(c: Compiling, kind: str) -> sql.Composed:
    """What is shown of several: the most trusted, the newest (`project.py`)."""
    return c.first("customers_fact", {"value": S("x.value")}, S("x.kind = {}").format(L(kind)), "x.trust, x.at DESC, x.id DESC")["value"]


def place(c: Compiling, rule: rules.Place) -> Part:
    if rule.what == "country":
        return Part(S("c.country = ANY({}::text[])").format([one.upper() for one in rule.values]))
    word = S("upper(replace({} ->> {}, ' ', ''))").format(fact(c, "address"), L(rule.what))
    holds: list[Sql] = []
    if rule.values:
        holds.append(S("{} = ANY({}::text[])").format(word, [one.upper().replace(" ", "") for one in rule.values]))
    if rule.low and rule.high:
        low, high = (one.upper().replace(" ", "") for one in (rule.low, rule.high))
        holds.append(S('{} COLLATE "C" BETWEEN {} AND {}').format(word, L(low), L(high)))
    return Part(S("coalesce({}, false)").format(S(" OR ").join(holds)))


def known(c: Compiling, rule: rules.Known) -> Part:
    if rule.what == "street":
        return Part(S("coalesce({} ->> 'street', '') <> ''").format(fact(c, "address")))
    if rule.what.upper() not in Kind.__members__:
        raise rules.BadRule(f"{rule.what} is no way to reach somebody")
    found = c.gather("customers_identifier", {"n": S("count(*)")}, S("x.kind = {}").format(L(Kind[rule.what.upper()].value)))
    return Part(S("coalesce({}, 0) > 0").format(found["n"]))


def fact_is(c: Compiling, rule: rules.FactIs) -> Part:
    text = S("({} #>> '{{}}')").format(fact(c, rule.field))
    if rule.how in ("past", "ahead", "anniversary"):
        return day(c, rule, S("CASE WHEN {t} ~ '^[0-9]{{4}}-[01][0-9]-[0-3][0-9]' THEN left({t}, 10)::date END").format(t=text))
    number = S("CASE WHEN {t} ~ '^-?[0-9]+([.][0-9]+)?$' THEN {t}::numeric END").format(t=text)
    holds = {
        "is": lambda: S("lower({}) = lower({})").format(text, L(rule.value)),
        "contains": lambda: S("strpos(lower({}), lower({})) > 0").format(text, L(rule.value)),
        "known": lambda: S("coalesce({}, '') <> ''").format(text),
        "at_least": lambda: S("{} >= {}").format(number, L(float(rule.value))),
        "at_most": lambda: S("{} <= {}").format(number, L(float(rule.value))),
    }[rule.how]()
    return Part(S("coalesce({}, false)").format(holds))


def day(c: Compiling, rule: rules.FactIs, date: sql.Composed) -> Part:
    """`past`: in the last n; `ahead`: in the next n; `anniversary`: its day of the year is today or in the next n. Days in UTC."""
    step, now = span(rule.n, rule.unit), c.now
    if rule.how == "anniversary":
        years = S("extract(year FROM age({now}, {d}::timestamptz))::int").format(now=now, d=date)
        this, coming = (S("({}::timestamptz + make_interval(years => {} + {}))").format(date, years, L(n)) for n in (0, 1))
        windows = [(S("{} - {}").format(one, step), S("{} + interval '1 day'").format(one)) for one in (this, coming)]
    elif rule.how == "ahead":
        windows = [(S("{}::timestamptz - {}").format(date, step), S("{}::timestamptz + interval '1 day'").format(date))]
    else:
        windows = [(S("{}::timestamptz").format(date), S("{}::timestamptz + {}").format(date, step))]
    holds = S(" OR ").join(S("({} <= {now} AND {now} < {})").format(low, high, now=now) for low, high in windows)
    edges = S(", ").join([later(edge, now) for window in windows for edge in window])
    return Part(S("coalesce({}, false)").format(holds), S("CASE WHEN {} IS NULL THEN {} ELSE LEAST({}) END").format(date, NEVER, edges))


def consented(c: Compiling, rule: rules.Consented) -> Part:
    """The newest word of all their bases; a yes and a no of the same moment are a no."""
    where = S("x.topic_id = (SELECT id FROM customers_topic WHERE key = {}) AND x.channel = ANY({}::text[])").format(
        L(rule.topic), list({"", rule.channel})
    )
    columns: dict[str, Sql] = {"yes": S("max(x.at) FILTER (WHERE x.granted)"), "no": S("max(x.at) FILTER (WHERE NOT x.granted)")}
    found = c.gather("customers_standing", columns, where)
    yes = S("coalesce({}, '-infinity') > coalesce({}, '-infinity')").format(found["yes"], found["no"])
    said = S("({} IS NOT NULL OR {} IS NOT NULL)").format(found["yes"], found["no"])
    return Part({"yes": yes, "no": S("({} AND NOT {})").format(said, yes), "nothing": S("NOT {}").format(said)}[rule.said])


def prefers(c: Compiling, rule: rules.Prefers) -> Part:
    topic = (
        S("x.topic_id = (SELECT id FROM customers_topic WHERE key = {})").format(L(rule.topic)) if rule.topic else S("x.topic_id IS NULL")
    )
    columns = {"channels": S("x.channels"), "pause": S("x.pause_until")}
    found = c.first("customers_preference", columns, S("x.replaced_at IS NULL AND {}").format(topic), "x.at DESC, x.id DESC")
    if rule.what == "paused":
        until = found["pause"]
        return Part(S("coalesce({} > {}, false)").format(until, c.now), S("coalesce({}, {})").format(later(until, c.now), NEVER))
    return Part(S("coalesce({}[1] = {}, false)").format(found["channels"], L(rule.channel)))


def score(c: Compiling, rule: rules.Score) -> Part:
    """A fifth: above cuts[k] the score is k + 2. Who never bought has no score."""
    if rule.what == "money":
        return money(c, rule)
    found = c.gather("commerce_order", {"n": S("count(*)"), "last": S("max(x.at)")}, S("x.status <> 'returned'"))
    cuts = c.cuts.get(rule.what, [])
    if rule.what == "frequency":
        return Part(between(S("coalesce({}, 0)").format(found["n"]), cuts, rule))
    # recency falls as days pass: the day on which the score becomes too low, or low enough
    edges = [S("({} + {})").format(found["last"], span(n, "days")) for n in cuts]  # 5 until the first, 4 until the second …
    level = S("(5{})").format(S("").join(S(" - ({} <= {})::int").format(edge, c.now) for edge in edges))
    holds = S("({} IS NOT NULL AND {} BETWEEN {} AND {})").format(found["last"], level, L(rule.least), L(rule.most))
    turning = [edges[at] for at, counts in ((4 - rule.most, rule.most < 5), (5 - rule.least, rule.least > 1)) if counts and edges]
    if not turning:
        return Part(holds)
    first = S(", ").join([later(edge, c.now) for edge in turning])
    return Part(holds, S("CASE WHEN {} IS NULL THEN {} ELSE LEAST({}) END").format(found["last"], NEVER, first))


def between(number: Sql, cuts: list[Any], rule: rules.Score) -> sql.Composed:
    level = S("(1{})").format(S("").join(S(" + ({} > {})::int").format(number, L(cut)) for cut in cuts))
    return S("({} > 0 AND {} BETWEEN {} AND {})").format(number, level, L(rule.least), L(rule.most))


def money(c: Compiling, rule: rules.Score) -> Part:
    """Fifths of each currency apart; who buys in two has the better one, so only the better may pass `most`."""
    levels: list[Sql] = [S("0")]
    for currency, cuts in sorted(c.cuts.get("money", {}).items()):
        where = S("x.status <> 'returned' AND x.currency = {}").format(L(currency))
        spent = S("coalesce({}, 0)").format(c.gather("commerce_order", {"spent": S("sum(x.amount)")}, where)["spent"])
        level = S("(1{})").format(S("").join(S(" + ({} > {})::int").format(spent, L(cut)) for cut in cuts))
        levels.append(S("CASE WHEN {} > 0 THEN {} ELSE 0 END").format(spent, level))
    return Part(S("GREATEST({}) BETWEEN {} AND {}").format(S(", ").join(levels), L(rule.least), L(rule.most)))


LEAVES: dict[type[rules.Condition], Callable[[Compiling, Any], Part]] = {
    rules.Language: language,
    rules.Place: place,
    rules.Known: known,
    rules.Met: met,
    rules.FactIs: fact_is,
    rules.Consented: consented,
    rules.Prefers: prefers,
    rules.Did: did,
    rules.Bought: bought,
    rules.Score: score,
}
