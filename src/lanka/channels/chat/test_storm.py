"""A customer with several tabs on a train: lost networks, a server that comes and goes, reloads, tabs opened and closed mid-sentence."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from lanka.channels.chat.conftest import Hosted
from lanka.channels.chat.test_widget import Shop, asked, begin, shop, texts, write

__all__ = ["shop"]  # the fixture
pytestmark = pytest.mark.browser


class Train:
    def __init__(self, maija: Shop, hosted: Hosted, seed: int) -> None:
        self.maija, self.hosted, self.dice = maija, hosted, random.Random(seed)
        self.said: list[str] = []
        self.answered: list[str] = []
        self.offline = False
        self.tabs: list[Any] = []
        self.open()
        self.say()
        self.tabs[0].wait_for_selector(".mine.sent")
        self.visitor = maija.visitor

    def open(self) -> None:
        if not self.offline and not self.hosted.down and len(self.tabs) < 3:
            page = self.maija.tab()
            begin(page)
            self.tabs.append(page)

    def say(self) -> None:
        self.said.append(f"kysymys {len(self.said)}")
        write(self.dice.choice(self.tabs), self.said[-1])

    def answer(self) -> None:
        self.answered.append(f"vastaus {len(self.answered)}")
        self.hosted.answer(self.visitor, self.answered[-1])

    def reload(self) -> None:
        if not self.offline and not self.hosted.down:
            self.say()
            page = self.dice.choice(self.tabs)
            page.reload()
            page.wait_for_selector(".panel:not([hidden])")

    def close(self) -> None:
        if len(self.tabs) > 1:
            self.say()
            self.tabs.pop(self.dice.randrange(len(self.tabs))).close()

    def tunnel(self) -> None:
        self.offline = not self.offline
        self.maija.context.set_offline(self.offline)

    def outage(self) -> None:
        self.hosted.down = not self.hosted.down

    def arrive(self) -> None:
        self.hosted.down = False
        self.maija.context.set_offline(False)

    def settled(self) -> bool:
        want = sorted(self.said + self.answered)
        return sorted(asked(self.hosted)) == sorted(self.said) and all(sorted(texts(page)) == want for page in self.tabs)


@pytest.mark.parametrize("seed", [4, 11])
def test_nothing_is_lost_or_doubled(shop: Callable[..., Shop], hosted: Hosted, seed: int) -> None:
    train = Train(shop(), hosted, seed)
    deeds = [train.say, train.say, train.answer, train.answer, train.reload, train.open, train.close, train.tunnel, train.outage]
    for _ in range(30):
        train.dice.choice(deeds)()
        time.sleep(train.dice.random() * 0.3)
    train.arrive()
    for _ in range(200):
        if train.settled():
            return
        time.sleep(0.25)
    shown = [texts(page) for page in train.tabs]
    raise AssertionError(f"said {train.said}, arrived {asked(hosted)}, answered {train.answered}, shown {shown}")
