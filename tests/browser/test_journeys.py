"""The builder of journeys, drawn in a real browser: clicks, drags and keys; what is drawn is kept; what is published is walked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from lanka.content.models import Template, Version
from lanka.core.clock import now
from lanka.customers.models import Topic
from lanka.outreach.journeys.due import walk_due
from lanka.outreach.journeys.graph import Graph
from lanka.outreach.journeys.keep import keep
from lanka.outreach.journeys.past import let_in_past
from lanka.outreach.journeys.publish import let_in_from_now, publish
from lanka.outreach.models import Journey, Traveller
from tests.browser.conftest import Desk, until
from tests.browser.test_desk_axe import NARROW, WIDE, violations
from tests.cast import customer, event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REMINDER: dict[str, Any] = {
    "trigger": {"kind": "event", "event": "purchase"},
    "again": "each",
    "goal_event": "visit",
    "steps": [
        {"id": "half-year", "kind": "wait", "span": {"count": 6, "unit": "months"}, "hour": "10:00", "weekdays": [0, 1, 2, 3, 4]},
        {"id": "remind", "kind": "send", "template": "service-reminder", "topic": "care"},
        {
            "id": "answer",
            "kind": "wait_for",
            "event": "message.in",
            "timeout": {"count": 2, "unit": "weeks"},
            "came": [],
            "timed_out": [
                {
                    "id": "who",
                    "kind": "split",
                    "branches": [{"id": "fi", "rule": {"is": "language", "values": ["fi"]}, "steps": []}],
                    "otherwise": [{"id": "call", "kind": "conversation", "callback": True, "note": "They did not answer."}],
                }
            ],
        },
    ],
}


def drawn(desk: Desk, steps: list[dict[str, Any]], **more: Any) -> Journey:
    graph = Graph.model_validate({"trigger": {"kind": "event", "event": "purchase"}, "steps": steps, **more})
    return Journey.objects.create(name="Service reminder", draft=graph.model_dump(), draft_by=desk.cast.ben)


def wait(step: str, days: int = 3) -> dict[str, Any]:
    return {"id": step, "kind": "wait", "span": {"count": days, "unit": "days"}}


def approved(desk: Desk, key: str, name: str) -> None:
    template = Template.objects.create(key=key, name=name, brand=desk.cast.brand)
    Version.objects.create(
        template=template, number=1, texts={}, digest="x", at=now(), by=desk.cast.ben, approved_at=now(), approved_by=desk.cast.sanna
    )


def ready(desk: Desk) -> Journey:
    """Published, with twelve people at different places; the drawing has gone on since."""
    Topic.objects.get_or_create(key="care", defaults={"names": {"en": "Care reminders"}, "basis": "interest"})
    approved(desk, "service-reminder", "Service reminder")
    journey = Journey.objects.create(name="Service reminder", draft=Graph.model_validate(REMINDER).model_dump(), draft_by=desk.cast.ben)
    edition = publish(journey, by=desk.cast.ben)
    for n in range(12):
        who = customer(f"Rider {n}", ("fi", "pl")[n % 2])
        event(who, "purchase", now() - timedelta(days=30 + 18 * n), text="Kuura 54 cm", data={"lines": [{"name": "Kuura"}]})
    let_in_from_now(journey, by=desk.cast.ben)
    let_in_past(edition, since=now() - timedelta(days=400))
    while walk_due():
        pass
    changed = {**REMINDER, "steps": [*REMINDER["steps"][1:], wait("thanks")]}
    Journey.objects.filter(pk=journey.pk).update(draft=Graph.model_validate(changed).model_dump())
    return Journey.objects.get(pk=journey.pk)


def open_it(desk: Desk, journey: Journey, who: Any = None, **look: Any) -> Any:
    page = desk.sit(who or desk.cast.ben, f"/desk/journeys/{journey.pk}/", **look)
    expect(page.locator(".step, .finish").first).to_be_visible()
    return page


def kept(journey: Journey) -> list[dict[str, Any]]:
    return list(Journey.objects.get(pk=journey.pk).draft["steps"])


def order(page: Any) -> list[str]:
    return list(page.locator(".strand.main > .step").evaluate_all("all => all.map(one => one.dataset.id)"))


def step(page: Any, name: str) -> Any:
    return page.locator(f'.step[data-id="{name}"] > .card-row [data-open]')


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


WALK = """
async ({ url, seed, steps }) => {
  const edit = await import('/static/desk/journeys/graph.js');
  let state = seed; // mulberry32: the same walk again when it fails
  const random = () => { state = (state + 0x6D2B79F5) | 0; let t = Math.imul(state ^ (state >>> 15), 1 | state); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
  const one = (list) => list[Math.floor(random() * list.length)];
  const fresh = [...document.querySelectorAll('[data-new]')].map((item) => JSON.parse(item.dataset.new));
  let graph = JSON.parse(document.querySelector('lanka-journey').dataset.graph);
  const all = () => [...edit.walk(graph.steps)];
  const places = () => [{ owner: '', way: '', steps: graph.steps }, ...all().flatMap(({ node }) => edit.waysOf(node).map(([way, steps]) => ({ owner: node.id, way, steps })))].map(({ steps, ...place }) => ({ ...place, at: Math.floor(random() * (steps.length + 1)) }));
  const id = () => one(all())?.node.id || '';
  const made = {
    insert: () => edit.insert(graph, one(places()), edit.renewed(graph, one(fresh))),
    move: () => edit.move(graph, id(), one(places())),
    copy: () => { const found = edit.find(graph, id()); return found ? edit.insert(graph, one(places()), edit.renewed(graph, found.node)) : graph; },
    shift: () => edit.shift(graph, id(), one([-1, 1])),
    sideways: () => edit.sideways(graph, id(), one([-1, 1])),
    wrap: () => edit.wrap(graph, id(), fresh.find((node) => node.kind === 'split')),
    remove: () => edit.remove(graph, id()),
    addBranch: () => edit.addBranch(graph, id(), { share: 1 }),
    removeBranch: () => { const split = one(all().filter(({ node }) => node.kind === 'split')); return split ? edit.removeBranch(graph, split.node.id, one(split.node.branches || [{}])?.id) : graph; },
    name: () => edit.set(graph, id(), 'name', 'Named'),
    goal: () => edit.set(graph, '', 'goal_event', 'visit'),
  };
  const said = [], wrong = [];
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  for (let n = 0; n < steps; n += 1) {
    const what = all().length > 40 ? 'remove' : one(Object.keys(made)), before = JSON.stringify(graph), count = all().length;
    const next = made[what]();
    if (JSON.stringify(graph) !== before) wrong.push(`${n} ${what} changed the drawing it was given`);
    graph = next;
    said.push(what);
    if (['move', 'shift', 'sideways'].includes(what) && all().length !== count) wrong.push(`${n} ${what}: ${count} steps became ${all().length}`);
    const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token }, body: JSON.stringify({ graph }) });
    if (!answer.ok) { wrong.push(`${n} ${what}: ${answer.status} ${await answer.text()}`); break; }
    const told = await answer.json();
    const ids = all().map((found) => found.node.id).sort().join(), spoken = Object.keys(told.words).sort().join();
    if (ids !== spoken) { wrong.push(`${n} ${what}: the server sees other steps`); break; }
  }
  return { wrong, said, size: all().length };
}
"""


@pytest.mark.parametrize("seed", [1, 2026])
def test_every_state_that_can_be_reached_is_valid(desk: Desk, seed: int) -> None:
    """A random walk of edits in the page; every state goes to the server's validator."""
    page = open_it(desk, drawn(desk, [wait("a"), {"id": "m", "kind": "send"}]))
    walked = page.evaluate(WALK, {"url": "/desk/journeys/check/", "seed": seed, "steps": 250})
    assert walked["wrong"] == []
    assert len(set(walked["said"])) == 11
    assert walked["size"] > 3


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
        """async () => { const begin = performance.now(), place = document.querySelector('[data-year]');
        const heard = new Promise((done) => new MutationObserver(() => done(performance.now() - begin)).observe(place, { childList: true }));
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
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("12 people are on the way")
    expect(dialog).to_contain_text("Taken away: Wait 6 months")
    row = dialog.locator(".affected tbody tr")
    assert row.count() == 1
    waiting = Traveller.objects.filter(node="half-year").count()
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
