"""Stories of the desk, clicked in a real browser against the real front."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lanka.conversations.join import join
from lanka.conversations.models import Conversation, Draft, State
from lanka.core import files
from lanka.timeline.models import Event
from tests.browser.conftest import Desk, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def writes(desk: Desk, who: object, text: str, kind: str = "email", key: str = "", **data: object) -> Event:
    """A customer's message, as the worker would join it."""
    line = desk.cast.lines[kind]
    event = join(
        who,
        at=timezone.now(),
        channel=kind,
        line_id=line.pk,
        key=key or f"t:{text}",
        text=text,
        data={"address": "maija.laine@example.fi", **data},
    )  # type: ignore[arg-type]
    assert event
    return event


def test_an_agent_reads_answers_and_closes(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino)
    expect(page).to_have_url(f"{desk.url}/desk/inbox/mine/")
    page.get_by_role("link", name="Maija Laine").click()
    expect(page).to_have_url(f"{desk.url}/desk/inbox/mine/{desk.cast.parcel.pk}/")
    expect(page.get_by_role("heading", name="Milloin paketti tulee?")).to_be_visible()
    expect(page.locator(".person")).to_contain_text("PP-20931")
    page.keyboard.press("r")
    page.keyboard.type("Totta kai! Varasin huollon huomiselle klo 16.")
    page.keyboard.press("Control+Enter")
    bubble = page.locator(".k.out", has_text="Varasin huollon")
    expect(bubble).to_be_visible()
    until(lambda: Event.objects.filter(kind="message.out", text__startswith="Totta kai").exists())
    expect(page.locator(".k.sending")).to_have_count(0)
    expect(page.locator(".k.out", has_text="Varasin huollon")).to_have_count(1)
    expect(page.locator("[data-text]")).to_have_value("")
    page.locator("[data-text]").blur()
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Closed")
    desk.cast.parcel.refresh_from_db()
    assert desk.cast.parcel.state == State.CLOSED
    page.locator(".toast").get_by_role("button", name="Undo").click()
    until(lambda: Conversation.objects.get(pk=desk.cast.parcel.pk).state == State.OPEN)
    expect(page.locator(".talk-head")).to_contain_text("Open")


def test_a_message_appears_while_one_types_and_nothing_is_lost(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    expect(page.locator("[data-live]")).to_have_class("live on")
    text = page.locator("[data-text]")
    text.click()
    page.keyboard.type("Kirjoitan juuri ")
    for n in range(10):
        writes(desk, desk.cast.maija, f"viesti {n}")
        page.keyboard.type(f"{n} ")
    expect(page.locator(".k.in", has_text="viesti 9")).to_be_visible()
    expect(page.locator(".k.in", has_text="viesti")).to_have_count(10)
    expect(text).to_be_focused()
    expect(text).to_have_value("Kirjoitan juuri 0 1 2 3 4 5 6 7 8 9 ")
    until(lambda: Draft.objects.filter(text__startswith="Kirjoitan juuri 0 1").exists(), what="the draft")
    page.reload()
    expect(page.locator("[data-text]")).to_have_value("Kirjoitan juuri 0 1 2 3 4 5 6 7 8 9 ")
    assert [m for m in page.locator(".k.in .text").all_inner_texts() if m.startswith("viesti")] == [f"viesti {n}" for n in range(10)]


def test_the_list_follows_what_happens_elsewhere(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, "/desk/inbox/unassigned/")
    expect(page.locator("[data-live]")).to_have_class("live on")
    ville = desk.sit(desk.cast.ville, f"/desk/inbox/unassigned/{desk.cast.creak.pk}/")
    row = page.locator(f"#row-{desk.cast.creak.pk}")
    expect(row).to_be_visible()
    ville.keyboard.press("a")
    ville.get_by_role("button", name="Me", exact=True).click()
    expect(ville.locator(".talk-do .assign")).to_contain_text("Ville")
    expect(row).to_have_count(0)
    writes(desk, desk.cast.anna, "Hej igen!", "chat")
    expect(page.locator(".row").first).to_contain_text("Hej igen!")
    expect(page.locator(".row").first).to_have_class(re.compile("unread"))


def test_two_agents_see_each_other(desk: Desk) -> None:
    aino = desk.sit(desk.cast.aino, f"/desk/inbox/all/{desk.cast.creak.pk}/")
    expect(aino.locator("[data-live]")).to_have_class("live on")
    ville = desk.sit(desk.cast.ville, f"/desk/inbox/all/{desk.cast.creak.pk}/")
    expect(aino.locator(".watchers .ava")).to_have_text("VK")
    ville.locator("[data-text]").fill("kirjoitan")
    expect(aino.locator(".watchers .typing")).to_have_text("VK")


def test_the_palette_finds_actions_people_and_conversations(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("close")
    expect(page.locator(".palette-list .item").first).to_contain_text("Close")
    page.locator("[data-input]").fill("piotr")
    expect(page.locator(".palette-list a.item").first).to_contain_text("Piotr Kowalski")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.url}/desk/person/{desk.cast.piotr.pk}/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(f"{desk.url}/desk/inbox/mine/")
    page.keyboard.press("j")
    expect(page.locator("lanka-thread")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_contain_text("Snooze")


def test_choosing_many_and_closing_them(desk: Desk) -> None:
    page = desk.sit(desk.cast.ville, "/desk/inbox/all/")
    page.locator(".row .ava").nth(0).click()
    page.locator(".row .ava").nth(1).click()
    expect(page.locator("[data-chosen]")).to_have_text("2")
    before = Conversation.objects.filter(state=State.OPEN).count()
    page.locator("[data-bulk] [data-do=close]").click()
    until(lambda: Conversation.objects.filter(state=State.OPEN).count() == before - 2)
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_who_is_here_and_what_is_given_to_one(desk: Desk) -> None:
    aino = desk.sit(desk.cast.aino, "/desk/inbox/all/")
    expect(aino.locator("[data-live]")).to_have_class("live on")
    ville = desk.sit(desk.cast.ville, f"/desk/inbox/unassigned/{desk.cast.creak.pk}/")
    expect(ville.locator("[data-live]")).to_have_class("live on")
    ville.keyboard.press("a")
    item = ville.locator("#menu-assign .item", has_text="Aino Virtanen")
    expect(item.locator(".on-duty")).to_be_visible()
    expect(ville.locator("#menu-assign .item", has_text="Katarzyna").locator(".on-duty")).to_have_count(0)
    item.click()
    expect(aino.locator(".toast")).to_contain_text("given to you")
    aino.locator(".toast").get_by_role("button", name="Open").click()
    expect(aino).to_have_url(f"{desk.url}/desk/inbox/mine/{desk.cast.creak.pk}/")


def test_new_messages_wait_below_while_one_reads_above(desk: Desk) -> None:
    for n in range(40):
        writes(desk, desk.cast.maija, f"vanha {n}")
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    expect(page.locator("[data-live]")).to_have_class("live on")
    flow = page.locator(".flow")
    flow.evaluate("f => { f.scrollTop = 300 }")
    page.wait_for_timeout(200)
    before = flow.evaluate("f => f.scrollTop")
    writes(desk, desk.cast.maija, "uusi viesti")
    expect(page.locator(".pill.new")).to_contain_text("New messages")
    assert flow.evaluate("f => f.scrollTop") == before
    page.locator(".pill").click()
    expect(page.locator(".k", has_text="uusi viesti")).to_be_in_viewport()
    expect(page.locator(".pill")).to_be_hidden()


def test_mail_as_it_was_sent_asks_before_it_shows_pictures(desk: Desk) -> None:
    html = '<p style="color:#c00">Tarjous!</p><img src="https://spy.invalid/p.gif"><script>top.hacked = 1</script>'
    blob = files.keep(html.encode(), "text/html")
    event = writes(desk, desk.cast.maija, "Tarjous", key="mail", html_blob=blob)
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    knot = page.locator(f"#event-{event.pk}")
    knot.get_by_role("button", name="As it was sent").click()
    frame = knot.frame_locator("iframe")
    expect(frame.locator("p")).to_have_text("Tarjous!")
    expect(frame.locator("p")).to_have_css("color", "rgb(204, 0, 0)")
    expect(knot.get_by_role("button", name="Show pictures")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    desk.trouble.clear()  # the policy told the console that it blocked the picture
