"""The builder of journeys, drawn in a real browser: clicks, drags and keys; what is drawn is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.keep import keep
from lanka.outreach.models import Journey
from tests.browser.conftest import Desk, until
from tests.browser.journeys import drawn, kept, open_it, order, step, wait
from tests.browser.test_desk_axe import NARROW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_communicator_draws_a_journey_from_a_starter(desk: Desk) -> None:
    page = desk.sit(desk.cast.ben, "/desk/journeys/")
    expect(page.get_by_text("The first journey")).to_be_visible()
    page.get_by_role("button", name="Service reminder").click()
    expect(page.get_by_text("Wait 6 months, then until the next weekday at 10:00 where they live")).to_be_visible()
    expect(page.get_by_text("Choose what is sent.").first).to_be_visible()
    page.locator(".strand.main > .gap .plus").nth(1).click()
    page.get_by_role("button", name="Ask for a call to them").click()
    page.get_by_label("Why, for the team").fill("Half a year has gone. Ask how it rides.")
    journey = Journey.objects.get()
    until(lambda: len(kept(journey)) == 4 and kept(journey)[1].get("note"), what="the draft is kept as one types")
    assert kept(journey)[1]["callback"] is True
    expect(page.locator(".step-card", has_text="Ask for a call to them")).to_contain_text("Half a year has gone")
    page.get_by_label("Name of the journey").fill("Service after half a year")
    page.keyboard.press("Tab")
    until(lambda: Journey.objects.get().name == "Service after half a year")


def test_steps_are_inserted_moved_copied_and_removed_by_clicks(desk: Desk) -> None:
    journey = drawn(desk, [wait("a", 1), wait("b", 2), wait("c", 3)])
    page = open_it(desk, journey)
    menu = page.locator("#step-menu")
    page.locator('.step[data-id="a"] .step-menu').click(force=True)
    menu.get_by_text("Move down").click()
    assert order(page) == ["b", "a", "c"]
    page.locator('.step[data-id="c"] .step-menu').click(force=True)
    menu.locator('[data-do="copy"]').click()
    page.locator(".strand.main > .gap .plus").first.click()
    page.locator("#insert-step").get_by_text("What was copied").click()
    assert len(order(page)) == 4
    assert order(page)[1:] == ["b", "a", "c"]
    page.locator('.step[data-id="b"] .step-menu').click(force=True)
    menu.get_by_text("Only for some").click()
    assert page.locator('.way-out .step[data-id="b"]').count() == 1
    page.locator('.step[data-id="a"] .step-menu').click(force=True)
    menu.get_by_text("Remove").click()
    expect(page.locator('.step[data-id="a"]')).to_have_count(0)
    until(lambda: [one["kind"] for one in kept(journey)] == ["wait", "split", "wait"], what="the draft as it is drawn")
    assert kept(journey)[1]["branches"][0]["steps"][0]["id"] == "b"
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    assert order(page) == ["a", "b", "c"]
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    assert order(page) == ["b", "a", "c"]


def test_everything_goes_by_keys(desk: Desk) -> None:
    journey = drawn(
        desk, [wait("a"), {"id": "s", "kind": "split", "branches": [{"id": "one", "steps": [wait("b")]}], "otherwise": []}, wait("c")]
    )
    page = open_it(desk, journey)
    step(page, "a").focus()
    press = page.keyboard.press
    press("ArrowDown")
    press("ArrowDown")
    expect(step(page, "b")).to_be_focused()
    press("Alt+ArrowRight")
    assert page.locator('.way-out[data-way="otherwise"] .step[data-id="b"]').count() == 1
    expect(step(page, "b")).to_be_focused()
    press("Alt+ArrowDown")
    assert order(page) == ["a", "s", "b", "c"]
    press("Control+c")
    press("Control+v")
    assert len(order(page)) == 5
    press("Escape")
    press("Delete")
    assert order(page) == ["a", "s", "b", "c"]
    step(page, "a").focus()
    press("+")
    expect(page.locator("#insert-step")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("spinbutton", name="How many")).to_be_focused()
    page.keyboard.type("25")
    until(lambda: kept(journey)[1].get("span", {}).get("count") in (25, 325), what="typed into the span")
    press("Escape")
    press("Control+z")
    press("Control+z")
    assert order(page) == ["a", "s", "b", "c"]
    press("Control+Shift+z")
    assert len(order(page)) == 5


def test_a_step_is_dragged_into_a_way_and_copied_with_alt(desk: Desk) -> None:
    journey = drawn(
        desk, [wait("a"), wait("b"), {"id": "s", "kind": "split", "branches": [{"id": "one", "steps": []}], "otherwise": [wait("c")]}]
    )
    page = open_it(desk, journey)
    mouse = page.mouse

    def drag(name: str, gap: str, held: str = "") -> None:
        start, end = step(page, name).bounding_box(), page.locator(gap).first.bounding_box()
        mouse.move(start["x"] + 40, start["y"] + 12)
        mouse.down()
        mouse.move(start["x"] + 60, start["y"] + 40, steps=4)
        mouse.move(end["x"] + 14, end["y"] + end["height"] / 2, steps=8)
        expect(page.locator(".gap.target")).to_have_count(1)
        if held:
            page.keyboard.down(held)
        mouse.up()
        if held:
            page.keyboard.up(held)

    drag("a", '.gap[data-owner="s"][data-way="one"]')
    assert order(page) == ["b", "s"]
    assert page.locator('.way-out[data-way="one"] .step[data-id="a"]').count() == 1
    drag("c", '.strand.main > .gap[data-at="0"]', held="Alt")
    assert len(order(page)) == 3
    assert page.locator('.way-out[data-way="otherwise"] .step[data-id="c"]').count() == 1
    until(lambda: [one["kind"] for one in kept(journey)] == ["wait", "wait", "split"])
    expect(page.locator(".inspect")).to_be_hidden()  # letting go is no click


def test_a_finger_holds_a_step_and_drags_it_and_a_short_one_scrolls(desk: Desk) -> None:
    journey = drawn(desk, [wait(name) for name in "abcdefghij"])
    page = open_it(desk, journey, viewport=NARROW, has_touch=True)
    finger = page.context.new_cdp_session(page)

    def touch(what: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    start, end = step(page, "a").bounding_box(), page.locator('.gap[data-at="3"]').bounding_box()
    x, y = start["x"] + 60, start["y"] + 20
    touch("touchStart", (x, y))
    expect(page.locator(".ghost")).to_have_count(1)
    for part in range(1, 9):
        touch("touchMove", (x, y + (end["y"] + 20 - y) * part / 8))
    expect(page.locator(".gap.target")).to_have_count(1)
    touch("touchEnd")
    assert order(page)[:4] == ["b", "c", "a", "d"]
    assert page.locator("[data-canvas]").evaluate("canvas => canvas.scrollTop") == 0
    for part in range(12):
        touch("touchMove" if part else "touchStart", (x, 600 - 30 * part))
    touch("touchEnd")
    until(lambda: page.locator("[data-canvas]").evaluate("canvas => canvas.scrollTop") > 60, what="a quick finger scrolls")
    assert order(page)[:4] == ["b", "c", "a", "d"]


def test_two_who_draw_at_once_lose_nothing(desk: Desk) -> None:
    journey = drawn(desk, [wait("a"), wait("b")])
    ben, sanna = open_it(desk, journey), open_it(desk, journey, desk.cast.sanna)
    step(ben, "a").focus()
    ben.keyboard.press("Delete")
    until(lambda: len(kept(journey)) == 1)
    expect(sanna.locator('.step[data-id="a"]')).to_have_count(0)  # who only looks sees it at once
    theirs = Graph.model_validate({"steps": [wait("b"), wait("theirs", 9)]})
    sanna.context.set_offline(True)
    now_kept = Journey.objects.get(pk=journey.pk)
    keep(now_kept, theirs, by=desk.cast.ben, seen=now_kept.draft_at)
    step(sanna, "b").focus()
    sanna.keyboard.press("Control+c")
    sanna.keyboard.press("Control+v")
    sanna.context.set_offline(False)
    notice = sanna.get_by_role("alert")
    expect(notice).to_contain_text("Ben Lindqvist saved another state meanwhile.", timeout=9000)
    mine = order(sanna)
    notice.get_by_role("button", name="Take theirs").click()
    assert order(sanna) == ["b", "theirs"]
    sanna.keyboard.press("Control+z")
    assert order(sanna) == mine
    until(lambda: [one["id"] for one in kept(journey)] == mine, what="mine is kept after all")
