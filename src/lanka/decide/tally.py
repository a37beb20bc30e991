"""What a judgement came to: how many, why, by which channel, at what cost, and who for an example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lanka.decide.models import Outcome
from lanka.decide.reasons import Reason
from lanka.decide.slots import Slot

EXAMPLES = 4


@dataclass(slots=True)
class Count:
    """Of one reason, or one line."""

    people: int = 0
    examples: list[int] = field(default_factory=list)  # customers
    first: datetime | None = None  # of their `send_at`
    last: datetime | None = None

    def add(self, people: int, examples: Iterable[int], first: datetime | None, last: datetime | None) -> None:
        self.people += people
        self.examples = sorted({*self.examples, *examples})[:EXAMPLES]
        self.first = min((at for at in (self.first, first) if at), default=None)
        self.last = max((at for at in (self.last, last) if at), default=None)


@dataclass(slots=True)
class Tally:
    """`lines`: of what is sent; `costs`: minor units by currency, one part each where a channel counts parts."""

    outcomes: dict[Outcome, Count] = field(default_factory=lambda: defaultdict(Count))
    reasons: dict[Reason, Count] = field(default_factory=lambda: defaultdict(Count))
    lines: dict[int, Count] = field(default_factory=lambda: defaultdict(Count))
    slots: Sequence[Slot] = ()

    @property
    def people(self) -> int:
        return sum(count.people for count in self.outcomes.values())

    @property
    def sent(self) -> int:
        return self.outcomes[Outcome.SEND].people

    @property
    def held(self) -> int:
        return self.outcomes[Outcome.HOLD].people

    @property
    def refused(self) -> int:
        return self.outcomes[Outcome.NO].people

    @property
    def kinds(self) -> dict[str, int]:
        """Channel → how many."""
        return {slot.kind: self.lines[slot.line].people for slot in self.slots if slot.line in self.lines}

    @property
    def costs(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for slot in self.slots:
            if slot.line in self.lines and slot.can.cost:
                found[slot.can.currency] += slot.can.cost * self.lines[slot.line].people
        return dict(found)

    def add(self, rows: Iterable[Sequence[Any]]) -> Tally:
        """Rows of `judge.TALLY`."""
        for outcome, reason, line, people, low, high, first, last in rows:
            told = (people, {low, high}, first, last)
            self.outcomes[Outcome(outcome)].add(*told)
            self.reasons[Reason(reason)].add(*told)
            if line is not None:
                self.lines[line].add(*told)
        return self
