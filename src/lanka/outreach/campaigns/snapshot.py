"""Before the button is pressed: everybody who is meant, asked by the code that decides in earnest, with nothing written."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lanka.channels.models import Line
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.decide.judge import judge
from lanka.decide.reasons import Reason
from lanka.decide.tally import Tally
from lanka.outreach.campaigns.audience import audience, count, share, variants
from lanka.outreach.campaigns.schedule import message_of
from lanka.outreach.models import Campaign

FAST = 1000  # messages a second where nothing slows them: measured by `lanka bench send`


@dataclass(frozen=True)
class Why:
    """One reason, how many, and some of them."""

    reason: Reason
    people: int
    examples: list[Customer]


@dataclass(frozen=True)
class Way:
    line: Line
    people: int
    cost: int
    currency: str
    minutes: float  # at the rate that is set, else as fast as the line may


@dataclass(frozen=True)
class Snapshot:
    meant: int
    sent: int
    excluded: list[Why]
    held: list[Why]
    ways: list[Way]
    costs: dict[str, int]
    variants: dict[str, int]
    begins: datetime
    ends: datetime  # of the last that is planned now
    hours: int = field(default=0)  # over which their own local hours are spread


def snapshot(campaign: Campaign) -> Snapshot:
    """Reads only. Needs a topic, a segment and a variant. About ten seconds for a million people."""
    listed, whole, shares = variants(campaign), Tally(), dict[str, int]()
    for variant in listed:
        message = message_of(campaign, variant)
        message.pk = 0  # no row yet: nobody has a verdict on it
        tally = judge(message, share(campaign, variant, listed), dry=True)
        shares[variant.name] = tally.sent
        gather(whole, tally)
    ways = ways_of(campaign, whole)
    begins = max(campaign.sends_at or now(), now())
    last = max((each.last for reason, each in whole.reasons.items() if reason.sends and each.last), default=begins)
    longest = timedelta(minutes=max((way.minutes for way in ways), default=0))
    examples = Customer.objects.in_bulk({pk for each in whole.reasons.values() for pk in each.examples})
    told = [
        Why(reason, each.people, [examples[pk] for pk in each.examples if pk in examples])
        for reason, each in sorted(whole.reasons.items(), key=lambda pair: -pair[1].people)
    ]
    excluded = [one for one in told if not one.reason.sends and not one.reason.holds]
    held = [one for one in told if one.reason.holds]
    meant = count(audience(campaign))
    ends = max(begins + longest, last)
    return Snapshot(meant, whole.sent, excluded, held, ways, whole.costs, shares, begins, ends, hours_of(begins, last))


def gather(whole: Tally, part: Tally) -> None:
    whole.slots = whole.slots or part.slots
    for mine, other in ((whole.outcomes, part.outcomes), (whole.reasons, part.reasons), (whole.lines, part.lines)):
        for key, each in other.items():
            mine[key].add(each.people, each.examples, each.first, each.last)  # type: ignore[index]


def hours_of(begins: datetime, last: datetime) -> int:
    return math.ceil((last - begins) / timedelta(hours=1))


def ways_of(campaign: Campaign, tally: Tally) -> list[Way]:
    """Dearest to reach last. Without a rate of its own the line's pace counts, and where that is open, what this machine does."""
    costs: dict[int, tuple[int, str]] = defaultdict(lambda: (0, "EUR"))
    for slot in tally.slots:
        costs[slot.line] = (slot.can.cost, slot.can.currency)
    found = []
    for line in Line.objects.in_bulk(list(tally.lines)).values():
        people = tally.lines[line.pk].people
        cost, currency = costs[line.pk]
        found.append(Way(line, people, cost * people, currency, people / a_minute(campaign, line)))
    return sorted(found, key=lambda way: -way.people)


def a_minute(campaign: Campaign, line: Line) -> float:
    most = [FAST * 60.0]
    if campaign.rate:
        most.append(float(campaign.rate))
    if line.most:
        most.append(line.most * 60 / line.per)
    return max(0.001, min(most))
