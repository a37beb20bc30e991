"""No winner where there is none: thousands of tests between equals."""

from __future__ import annotations

import random
from math import sqrt

import pytest

from lanka.outreach.campaigns.chance import Arm, judge_test, people_needed

TESTS = 3000


def play(rates: list[float], people: int, dice: random.Random) -> list[Arm]:
    """The normal approximation of a binomial draw is near enough for hundreds of people."""
    arms = []
    for name, rate in zip("ABCDEF", rates, strict=False):
        did = round(dice.gauss(people * rate, sqrt(people * rate * (1 - rate))))
        arms.append(Arm(name, people, min(people, max(0, did))))
    return arms


@pytest.mark.parametrize(("arms", "rate", "people"), [(2, 0.03, 2000), (2, 0.4, 300), (3, 0.1, 1000), (4, 0.03, 5000), (5, 0.2, 400)])
def test_equals_have_a_winner_at_most_one_time_in_twenty(arms: int, rate: float, people: int) -> None:
    dice = random.Random(arms * 1000 + people)
    won = sum(judge_test(play([rate] * arms, people, dice), over=True).state == "won" for _ in range(TESTS))
    assert won / TESTS <= 0.05 + 2.6 * sqrt(0.05 * 0.95 / TESTS)  # chance of the simulation itself: one in two hundred


def test_what_is_needed_is_enough_four_times_in_five() -> None:
    dice, needed = random.Random(3), people_needed(0.10, 0.12)
    assert 3800 < needed < 3900, "the textbook's 3,841"
    won = sum(judge_test(play([0.10, 0.12], needed, dice), over=True).winner == "B" for _ in range(TESTS))
    assert 0.77 < won / TESTS < 0.83


def test_nothing_is_said_before_the_day_however_clear_it_looks() -> None:
    clear = [Arm("A", 1000, 10), Arm("B", 1000, 300)]
    assert judge_test(clear, over=False).state == "early"
    assert judge_test(clear, over=True).winner == "B"
    assert judge_test([Arm("A", 20, 1), Arm("B", 20, 3)], over=True).state == "few"


def test_peeking_every_day_would_have_named_winners_where_there_are_none() -> None:
    """Why there is one look only: the same equal arms, looked at fourteen times."""
    dice, found = random.Random(5), 0
    for _ in range(1000):
        a = b = 0
        for day in range(1, 15):
            a, b = (x + sum(dice.random() < 0.1 for _ in range(40)) for x in (a, b))
            if judge_test([Arm("A", day * 40, a), Arm("B", day * 40, b)], over=True).state == "won":
                found += 1
                break
    assert found / 1000 > 0.10


def test_intervals_hold_the_true_rate_nineteen_times_in_twenty() -> None:
    dice = random.Random(8)
    held = 0
    for _ in range(TESTS):
        low, high = play([0.04], 500, dice)[0].interval
        held += low <= 0.04 <= high
    assert held / TESTS > 0.93
