"""Journeys that people walk: simulated, published, opened, looked at; rules in words; for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lanka.core.clock import now
from lanka.outreach.journeys.due import walk_due
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.models import Journey, Traveller
from tests.browser.conftest import Desk, until
from tests.browser.journeys import REMINDER, drawn, kept, open_it, order, ready, step, wait
from tests.browser.test_desk_axe import NARROW, WIDE, violations
from tests.cast import customer, event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_year_is_simulated_in_less_than_a_second(desk: Desk) -> None:
    journey = ready(desk)
    Journey.objects.filter(pk=journey.pk).update(draft=Graph.model_validate(REMINDER).model_dump())
    page = open_it(desk, journey)
    page.get_by_role("button", name="Simulate").click()
    year = page.locator("[data-year]")
    expect(year).to_contain_text("Send “Service reminder”")
    expect(year).to_contain_text("Not within 2 weeks")
    page.get_by_label("Comes in at this time").fill("2026-11-22T10:00")
    expect(year).to_contain_text("24 May 2027")
    expect(page.locator('.step[data-id="call"].walked')).to_have_count(1)
    took = page.evaluate(
        """async () => { const begin = performance.now(), seen = { childList: true };
        const heard = new Promise((done) => {
          new MutationObserver(() => done(performance.now() - begin)).observe(document.querySelector('[data-year]'), seen);
        });
        document.querySelector('[name="came.answer"]').click(); return heard; }"""
    )
    assert took < 1000
    expect(page.locator('.way-out[data-way="came"].walked')).to_have_count(1)
    expect(page.locator('.step[data-id="call"].walked')).to_have_count(0)
    page.get_by_label("A real person").fill("Maija")
    page.locator("[data-found]").get_by_text("Maija Laine").click()
    expect(page.locator(".real")).to_contain_text("Maija Laine")
    page.locator('[name="came.answer"]').set_checked(False)
    expect(page.locator('.way-out[data-way="fi"].walked')).to_have_count(1)  # the rule is asked of what is known of her


def test_publishing_asks_what_becomes_of_those_inside(desk: Desk) -> None:
    journey = ready(desk)
    page = open_it(desk, journey)
    waiting = Traveller.objects.filter(node="half-year").count()
    expect(page.get_by_text("at steps that are not drawn any more")).to_be_visible()
    expect(page.locator("[data-elsewhere]")).to_have_text(str(waiting))
    page.keyboard.press("p")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("12 people are on the way")
    expect(dialog).to_contain_text("Taken away: Wait 6 months")
    row = dialog.locator(".affected tbody tr")
    assert row.count() == 1
    expect(row).to_contain_text(str(waiting))
    expect(row).to_contain_text("Send “Service reminder”")
    dialog.get_by_text("They move over").click()
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published as edition 2")).to_be_visible()
    assert Traveller.objects.filter(edition__number=2).count() == 12
    assert not Traveller.objects.filter(node="half-year").exists()
    page.get_by_role("button", name="Editions").click()
    expect(page.locator(".editions > li").first).to_contain_text("12 people still on it")
    walk_due()
    expect(page.locator('.step[data-id="remind"] [data-passed]')).to_contain_text("12", timeout=8000)  # live


def test_the_door_is_opened_and_those_of_the_past_are_counted_first(desk: Desk) -> None:
    journey = drawn(desk, [wait("a", 400)])
    for n in range(3):
        event(customer(f"Rider {n}", "fi"), "purchase", now() - timedelta(days=40 * (n + 1)), text="Kuura")
    page = open_it(desk, journey)
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Publish and let people in").click()
    expect(page.locator("#journey-state")).to_contain_text("Lets people in")
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Also those for whom it happened since").fill(str((now() - timedelta(days=100)).date()))
    page.get_by_role("button", name="Let 2 people in").click()
    expect(page.get_by_text("2 people came in")).to_be_visible()
    expect(page.locator("[data-inside]")).to_have_text("2")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Let nobody in any more").click()
    expect(page.locator("#journey-state")).to_contain_text("Lets nobody in")
    assert Traveller.objects.filter(journey=journey, ended_at=None).count() == 2


def test_what_must_be_mended_leads_to_its_step(desk: Desk) -> None:
    journey = drawn(desk, [wait("a"), {"id": "m", "kind": "send"}])
    page = open_it(desk, journey)
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Publish and let people in")).to_be_disabled()
    dialog.get_by_text("Choose what is sent.").first.click()
    expect(dialog).to_be_hidden()
    expect(page.locator('.step.on[data-id="m"]')).to_have_count(1)
    expect(page.locator(".inspect")).to_contain_text("Choose what is sent.")


def test_a_rule_is_built_in_words(desk: Desk) -> None:
    journey = drawn(desk, [{"id": "s", "kind": "split", "branches": [{"id": "one", "steps": []}], "otherwise": []}])
    page = open_it(desk, journey)
    step(page, "s").click()
    page.locator(".branch [data-change-rule]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Condition").select_option("language")
    dialog.get_by_label("Polish").check()
    expect(dialog.locator("#rule-tried")).to_contain_text("speaks")
    dialog.get_by_role("button", name="Take it").click()
    until(lambda: kept(journey)[0]["branches"][0]["rule"], what="the rule is kept")
    expect(page.locator(".way-name").first).to_contain_text("Polish")
    expect(page.locator(".branch .rule-said")).to_contain_text("Polish")


def test_a_supervisor_looks_and_changes_nothing(desk: Desk) -> None:
    page = open_it(desk, ready(desk), desk.cast.ville)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    expect(page.locator(".plus")).to_have_count(0)
    step(page, "remind").click()
    expect(page.get_by_label("Topic")).to_be_disabled()
    step(page, "remind").focus()
    page.keyboard.press("Delete")
    assert "remind" in order(page)


@pytest.mark.parametrize(
    ("look", "size"), [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)], ids=["light", "dark", "phone", "dark phone"]
)
def test_the_screens_are_for_everybody(desk: Desk, look: str, size: dict[str, int]) -> None:
    journey, found = ready(desk), {}
    page = desk.sit(desk.cast.ben, "/desk/journeys/new/", color_scheme=look, viewport=size, reduced_motion="reduce")
    found["new"] = violations(page)
    page.goto("/desk/journeys/")
    found["list"] = violations(page)
    page.goto(f"/desk/journeys/{journey.pk}/")
    expect(page.locator(".step").first).to_be_visible()
    found["drawing"] = violations(page)
    for name in ("start", "remind", "answer", "who", "call", "thanks"):
        page.goto(f"/desk/journeys/{journey.pk}/?{name}#step={name}")
        expect(page.locator(".inspect")).to_be_visible()
        found[name] = violations(page)
    page.locator("[data-close]").click()
    page.locator("[data-panel=simulate]").click()
    expect(page.locator("[data-year]")).to_be_visible()
    found["year"] = violations(page)
    page.locator("[data-close]").click()
    page.locator("[data-publish]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["publish"] = violations(page)
    assert "\n".join(f"{place} {bad}" for place, all_bad in found.items() for bad in all_bad) == ""
