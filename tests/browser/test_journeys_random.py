"""Whatever is done to a drawing, in whatever order: the server finds it valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Desk
from tests.browser.journeys import drawn, open_it, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALK = Path(__file__).with_name("random_walk.js").read_text()


@pytest.mark.parametrize("seed", [1, 2026])
def test_every_state_that_can_be_reached_is_valid(desk: Desk, seed: int) -> None:
    """A random walk of edits in the page; every state goes to the server's validator."""
    page = open_it(desk, drawn(desk, [wait("a"), {"id": "m", "kind": "send"}]))
    walked = page.evaluate(WALK, {"url": "/desk/journeys/check/", "seed": seed, "steps": 250})
    assert walked["wrong"] == []
    assert len(set(walked["said"])) == 11
    assert walked["size"] > 3
