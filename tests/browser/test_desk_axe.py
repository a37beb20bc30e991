"""Every screen of the desk before axe: WCAG 2.2 A and AA, both looks, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

from lanka import config
from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def violations(page: Any) -> list[str]:
    page.evaluate(
        "Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations < 9).map(a => a.finished.catch(() => 0)))"
    )
    found = Axe().run(page, options=RULES)["violations"]
    return [f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:300]}" for v in found for node in v["nodes"][:4]]


@pytest.mark.parametrize(
    ("look", "size"), [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)], ids=["light", "dark", "phone", "dark phone"]
)
def test_screens_are_for_everybody(desk: Desk, monkeypatch: pytest.MonkeyPatch, look: str, size: dict[str, int]) -> None:
    monkeypatch.setattr(config, "DEMO", True)
    page = desk.sit(desk.cast.ville, "/desk/inbox/all/", color_scheme=look, viewport=size, reduced_motion="reduce")
    paths = [
        "/desk/inbox/all/",
        f"/desk/inbox/all/{desk.cast.parcel.pk}/",
        f"/desk/inbox/unassigned/{desk.cast.creak.pk}/",
        "/desk/inbox/search/?q=zzzz",
        f"/desk/person/{desk.cast.maija.pk}/",
        "/desk/person/",
        "/desk/patterns/",
        "/account/2fa/",
    ]
    found = {}
    for path in paths:
        page.goto(path)
        page.wait_for_timeout(150)
        found[path] = violations(page)
    assert "\n".join(f"{path} {bad}" for path, all_bad in found.items() for bad in all_bad) == ""


def test_what_opens_is_for_everybody(desk: Desk) -> None:
    page = desk.sit(desk.cast.ville, f"/desk/inbox/all/{desk.cast.parcel.pk}/", reduced_motion="reduce")
    found = {}
    for key, place in (
        ("a", "#menu-assign"),
        ("h", "#menu-snooze"),
        ("t", "#menu-tag"),
        ("m", "#menu-join"),
        ("?", "dialog.keys"),
        ("Control+k", "dialog.palette"),
    ):
        page.keyboard.press(key)
        expect(page.locator(place)).to_be_visible()
        page.wait_for_timeout(200)
        found[place] = violations(page)
        page.keyboard.press("Escape")
        expect(page.locator(place)).to_be_hidden()
    assert "\n".join(f"{place} {bad}" for place, all_bad in found.items() for bad in all_bad) == ""


def test_the_gate_is_for_everybody(desk: Desk) -> None:
    context = desk.browser.new_context(base_url=desk.url)
    desk.open_pages.append(context)
    page = context.new_page()
    page.goto("/account/login/")
    assert violations(page) == []
