"""People, the narrow screen, and finding."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lanka.customers.models import Link
from lanka.decide.reach import bases_of
from tests.browser.conftest import Desk, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_perhaps_the_same_is_joined_and_undone(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/unassigned/{desk.cast.creak.pk}/")
    page.locator(".perhaps").get_by_role("button", name="Same").click()
    expect(page.locator(".toast")).to_contain_text("one person")
    expect(page.locator(".known")).to_contain_text("p.kowalski@poczta.example.pl")
    assert len(bases_of(desk.cast.piotr.pk)) == 2
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".known")).not_to_contain_text("p.kowalski@poczta.example.pl")


def test_the_history_shows_two_strands_and_an_undo_parts_them(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/person/{desk.cast.maija.pk}/")
    expect(page.locator(".strands-2.strand-1").first).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".known .tie button").click()
    until(lambda: Link.objects.filter(undone_at=None).count() == 0)
    expect(page.locator(".strands-2")).to_have_count(0)
    expect(page.locator(".k", has_text="Parted again")).to_be_visible()


def test_filters_are_addresses(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/person/{desk.cast.maija.pk}/")
    page.get_by_role("link", name="Chat").click()
    expect(page).to_have_url(re.compile("channel=chat"))
    expect(page.locator(".k.ch-email")).to_have_count(0)
    expect(page.locator(".k.ch-chat").first).to_be_visible()


def test_on_a_phone_one_goes_in_and_back(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, "/desk/inbox/mine/", **PHONE)
    expect(page.locator(".rail")).to_be_visible()
    page.get_by_role("link", name="Maija Laine").click()
    expect(page.locator("lanka-thread")).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    expect(page.locator(".rail")).to_be_hidden()
    expect(page.locator(".k").last).to_be_in_viewport()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".list")).to_be_visible()
    expect(page).to_have_url(f"{desk.url}/desk/inbox/mine/")
    page.go_back()
    expect(page.locator("lanka-thread")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_writing_first_to_somebody(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, "/desk/inbox/mine/")
    page.keyboard.press("c")
    page.keyboard.type("helvi")
    page.locator("#new-conversation .item", has_text="Helvi Rautio").click()
    expect(page).to_have_url(re.compile(r"/desk/inbox/mine/\d+/"))
    expect(page.locator(".talk-head")).to_contain_text("Helvi Rautio")


def test_back_and_forward_show_what_the_address_says(desk: Desk) -> None:
    page = desk.sit(desk.cast.ville, "/desk/inbox/all/")
    page.get_by_role("link", name="Maija Laine").click()
    expect(page.locator(".talk-head h1")).to_have_text("Milloin paketti tulee?")
    page.get_by_role("link", name="Piotr Kowalski").first.click()
    expect(page.locator(".talk-head h1")).to_have_text("Piotr Kowalski")
    page.go_back()
    expect(page.locator(".talk-head h1")).to_have_text("Milloin paketti tulee?")
    expect(page.locator(".row.on")).to_contain_text("Maija Laine")


def test_the_look_changes_and_stays(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, "/desk/inbox/mine/")
    page.locator(".me").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".me").click()
    page.get_by_role("button", name="Suomi").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
