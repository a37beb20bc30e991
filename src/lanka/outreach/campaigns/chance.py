"""Is A better than B, or was it chance? A fixed horizon, chosen before anybody was written to; until then nothing is said.

Looking at a running test again and again and stopping when it looks good finds a 'winner' where there is none, far more often than
one time in twenty. So there is one look, on the day that was set. Then every pair of variants is compared (two-proportion z test,
pooled), and the level of 5 % is shared among the pairs (Bonferroni): with equal variants at most 1 test in 20 names a winner
(`test_chance.py` plays thousands). A winner is one that beats every other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal

LEVEL, POWER = 0.05, 0.8
NORMAL = NormalDist()


@dataclass(frozen=True)
class Arm:
    """A variant: how many got it, how many of them did what is measured."""

    name: str
    people: int
    did: int

    @property
    def rate(self) -> float:
        return self.did / self.people if self.people else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true rate lies, 95 times in 100 (Wilson)."""
        if not self.people:
            return 0.0, 1.0
        z, n, p = NORMAL.inv_cdf(1 - LEVEL / 2), self.people, self.rate
        middle, wide = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        below = 1 + z * z / n
        return max(0.0, (middle - wide) / below), min(1.0, (middle + wide) / below)


@dataclass(frozen=True)
class Verdict:
    """`state`: 'early' before the horizon, 'few' too few reactions for a test, 'same' no difference shown, 'won'."""

    state: Literal["early", "few", "same", "won"]
    winner: str = ""
    chance: float = 1.0  # the largest of the winner's p values, already multiplied by the pairs
    needed: int = 0  # people a variant, to show a fifth more


def judge_test(arms: list[Arm], *, over: bool) -> Verdict:
    """`over`: the horizon is reached."""
    base = sum(arm.did for arm in arms) / max(1, sum(arm.people for arm in arms))
    needed = people_needed(base, base * 1.2, pairs=len(arms) * (len(arms) - 1) // 2)
    if not over:
        return Verdict("early", needed=needed)
    if any(arm.people * base < 5 or arm.people * (1 - base) < 5 for arm in arms):
        return Verdict("few", needed=needed)
    pairs = list(combinations(arms, 2))
    chances = {(a.name, b.name): min(1.0, p_value(a, b) * len(pairs)) for a, b in pairs}
    best = max(arms, key=lambda arm: arm.rate)
    worst = max(p for pair, p in chances.items() if best.name in pair)
    return Verdict("won", best.name, worst, needed) if worst < LEVEL else Verdict("same", "", worst, needed)


def p_value(a: Arm, b: Arm) -> float:
    """Two-sided."""
    pooled = (a.did + b.did) / (a.people + b.people)
    error = sqrt(pooled * (1 - pooled) * (1 / a.people + 1 / b.people))
    return 2 * (1 - NORMAL.cdf(abs(a.rate - b.rate) / error)) if error else 1.0


def people_needed(low: float, high: float, pairs: int = 1) -> int:
    """In each variant, to find this difference four times in five. 0: there is nothing to go by."""
    if not 0 < low < high < 1:
        return 0
    z, power = NORMAL.inv_cdf(1 - LEVEL / max(1, pairs) / 2), NORMAL.inv_cdf(POWER)
    middle = (low + high) / 2
    root = z * sqrt(2 * middle * (1 - middle)) + power * sqrt(low * (1 - low) + high * (1 - high))
    return ceil((root / (high - low)) ** 2)
