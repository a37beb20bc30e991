"""The books of a campaign, read from the verdicts and deliveries themselves: nothing is counted along the way.

meant = excluded + planned;   planned = pending + sent + delivered + failed + suppressed + uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from lanka.outreach.campaigns.audience import variants
from lanka.outreach.models import Campaign

# what became of a person: by the last way that was tried, where there was one
STATES = ("pending", "sent", "delivered", "failed", "suppressed", "uncertain")
TREADS = """
WITH last AS (
  SELECT DISTINCT ON (verdict_id) verdict_id, event_id, state, line_id, language, cost, currency
  FROM deliver_delivery WHERE message_id = ANY(%(messages)s) ORDER BY verdict_id, rung DESC
), spent AS (
  SELECT verdict_id, currency, sum(cost) AS cost FROM deliver_delivery
  WHERE message_id = ANY(%(messages)s) AND state IN ('handed', 'delivered', 'read') GROUP BY 1, 2
), reacted AS (
  SELECT e.about_id, bool_or(e.kind = ANY(%(clicks)s)) AS clicked
  FROM timeline_event e JOIN last ON last.event_id = e.about_id
  WHERE (e.kind = ANY(%(opens)s) OR e.kind = ANY(%(clicks)s)) AND coalesce(e.data ->> 'machine', '') = '' GROUP BY 1
)
SELECT v.message_id, coalesce(l.line_id, v.line_id), coalesce(nullif(l.language, ''), v.language),
  CASE WHEN l.state IN ('planned', 'held') AND m.withdrawn_at IS NOT NULL THEN 'suppressed'
    WHEN l.state IN ('planned', 'held', 'claimed') THEN 'pending' WHEN l.state = 'handed' THEN 'sent'
    WHEN l.state IN ('delivered', 'read') THEN 'delivered' WHEN l.state IS NOT NULL THEN l.state
    WHEN v.taken_at IS NOT NULL THEN 'missing' WHEN v.outcome = 3 THEN 'excluded'
    WHEN m.withdrawn_at IS NOT NULL THEN 'suppressed' ELSE 'pending' END,
  CASE WHEN l.state IS NULL THEN v.reason ELSE 0 END, v.outcome = 2,
  count(*), count(*) FILTER (WHERE l.state = 'read' OR r.about_id IS NOT NULL), count(*) FILTER (WHERE r.clicked),
  coalesce(sum(s.cost), 0), coalesce(max(s.currency), '')
FROM decide_verdict v JOIN decide_message m ON m.id = v.message_id
LEFT JOIN last l ON l.verdict_id = v.id LEFT JOIN spent s ON s.verdict_id = v.id
LEFT JOIN reacted r ON r.about_id = l.event_id
WHERE v.message_id = ANY(%(messages)s) GROUP BY 1, 2, 3, 4, 5, 6
"""
OPENS = ["receipt.read"]
CLICKS = ["clicked"]  # of a link, or of the code on a letter; those of mail scanners are marked 'machine' and left out
STOPPED = """
SELECT v.message_id, count(DISTINCT v.customer_id) FROM customers_consent c
LEFT JOIN customers_alias a ON a.customer_id = c.customer_id
JOIN decide_verdict v ON v.customer_id = coalesce(a.root_id, c.customer_id)
WHERE v.message_id = ANY(%s) AND v.taken_at IS NOT NULL AND c.topic_id = %s AND NOT c.granted AND c.at >= v.taken_at
AND c.at < v.taken_at + interval '7 days' GROUP BY 1
"""


@dataclass
class Account:
    """People, by what became of them. `opened` counts those who clicked too; `costs` are minor units by currency."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*STATES, "excluded", "missing"), 0))
    held: int = 0  # of those pending: not yet decided
    opened: int = 0
    clicked: int = 0
    stopped: int = 0  # said no to the topic within seven days
    costs: dict[str, int] = field(default_factory=dict)

    @property
    def meant(self) -> int:
        return sum(self.states.values())

    @property
    def planned(self) -> int:
        return self.meant - self.states["excluded"]

    @property
    def gone(self) -> int:
        """Handed over: what rates are of."""
        return self.states["sent"] + self.states["delivered"]

    @property
    def balanced(self) -> bool:
        """Everybody who was taken has a delivery, and the states are the whole."""
        return self.states["missing"] == 0 and self.planned == sum(self.states[name] for name in STATES)


@dataclass
class Books:
    whole: Account
    variants: dict[str, Account]
    lines: dict[int, Account]
    languages: dict[str, Account]
    reasons: dict[int, int]  # decide.reasons.Reason → people who do not get it
    waits: dict[int, int]  # … → people who wait for a decision


def books(campaign: Campaign) -> Books:
    listed = variants(campaign)
    names = {variant.message_id: variant.name for variant in listed if variant.message_id}
    found = Books(Account(), {one.name: Account() for one in listed}, {}, {}, {}, {})
    for message, line, language, state, reason, held, *numbers in rows(list(names)):
        places = [found.whole, found.variants[names[message]]]
        if state not in ("excluded", "missing"):
            places += [found.lines.setdefault(line or 0, Account()), found.languages.setdefault(language or "", Account())]
        for account in places:
            add(account, state, held, numbers)
        if state == "excluded" or held:
            counts = found.reasons if state == "excluded" else found.waits
            counts[reason] = counts.get(reason, 0) + numbers[0]
    for message, people in stopped(campaign, list(names)):
        found.variants[names[message]].stopped = people
        found.whole.stopped += people
    return found


def rows(messages: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(TREADS, {"messages": messages, "opens": OPENS, "clicks": CLICKS})
        return list(cursor.fetchall())


def stopped(campaign: Campaign, messages: list[int]) -> Iterable[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(STOPPED, [messages, campaign.topic_id])
        return list(cursor.fetchall())


def add(account: Account, state: str, held: bool, numbers: list[Any]) -> None:
    people, opened, clicked, cost, currency = numbers
    account.states[state] += people
    account.held += people if held else 0
    account.opened += opened
    account.clicked += clicked
    if cost:
        account.costs[currency] = account.costs.get(currency, 0) + int(cost)
