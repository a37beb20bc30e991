"""Choosing, clicked: Maija on her phone by the link in a mail, Aino at the desk who sees it at once; one click and no look does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from lanka.core.clock import now
from lanka.customers.models import Consent, Customer, Fact, Implied, Topic
from lanka.customers.standing import choices, wording_now
from lanka.customers.starter import starter_topics
from lanka.decide.consent import grant
from lanka.decide.links import preference_url, unsubscribe_url
from lanka.deliver.opt_in import ask_to_confirm, line_for
from tests.browser.conftest import Desk, until
from tests.browser.test_desk_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MAIL = "maija.laine@example.fi"


@pytest.fixture
def maija(desk: Desk) -> Iterator[Customer]:
    starter_topics()
    made = Customer.objects.get(pk=desk.cast.maija.pk)
    address = {"street": "Vaasankatu 14 B 22", "postcode": "00500", "town": "HELSINKI"}
    Fact.objects.create(customer=made, kind="address", value=address, source="agent", at=now())
    offers = topic("offers")
    grant(made, offers, by=None, source="till", proof={"method": "form"}, wording=wording_now(offers, "fi"))
    yield made


def topic(key: str) -> Topic:
    return Topic.objects.get(key=key)


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def visitor(desk: Desk, where: str, **look: Any) -> Page:
    """Somebody with no session at all."""
    context = desk.browser.new_context(base_url=desk.url, **{**PHONE, **look})
    desk.open_pages.append(context)
    page: Page = context.new_page()
    page.on("pageerror", lambda error: desk.trouble.append(str(error)))
    page.on("console", lambda said: desk.trouble.append(said.text) if said.type == "error" and "status of 4" not in said.text else None)
    page.goto(where)
    return page


def order(customer: Customer, key: str) -> list[str]:
    return choices(customer).order(topic(key), ["email", "sms", "letter"])


def test_offers_never_bills_by_post_and_the_desk_sees_it_at_once(desk: Desk, maija: Customer) -> None:
    aino = desk.sit(desk.cast.aino, f"/desk/person/{maija.pk}/")
    offers = aino.locator(".topic", has_text="Offers")
    expect(offers).to_contain_text("Email")
    phone = visitor(desk, path(preference_url(maija, topic("offers"))))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth") and phone.locator("html").get_attribute("lang") == "fi"
    phone.locator("#t-offers button[value=stop]").tap()
    expect(phone.locator("#t-offers .btn.go")).to_be_visible()
    expect(phone.locator("#t-offers .btn.go")).to_be_focused()
    phone.locator("#t-invoices button[value=paper]").tap()
    expect(phone.locator("#t-invoices button[value=paper]")).to_have_attribute("aria-pressed", "true")
    expect(offers).to_contain_text("never")
    expect(aino.locator(".topic", has_text="Invoices")).to_contain_text("Letter")
    assert order(maija, "offers") == [] and order(maija, "invoices") == ["letter"]
    assert phone.context.cookies() == []


def test_every_change_has_an_undo_beside_it(desk: Desk, maija: Customer) -> None:
    phone = visitor(desk, path(preference_url(maija)) + "?language=en")
    phone.locator("#t-deliveries").get_by_role("button", name="SMS: try later").tap()
    expect(phone.locator("#t-deliveries .ways li").first).to_contain_text("Email")
    expect(phone.get_by_role("status")).to_contain_text("Saved: Deliveries")
    phone.get_by_role("button", name="Undo").tap()
    expect(phone.locator("#t-deliveries .ways li").first).to_contain_text("SMS")
    phone.get_by_role("button", name="Stop everything that can be stopped").tap()
    expect(phone.locator(".card.off")).to_have_count(3)
    assert not choices(maija).may(topic("care"), "email")
    phone.get_by_role("button", name="Undo").tap()
    expect(phone.locator(".card.off")).to_have_count(1)
    assert order(maija, "offers") != []


def test_lists_save_by_themselves(desk: Desk, maija: Customer) -> None:
    phone = visitor(desk, path(preference_url(maija)) + "?language=en")
    phone.locator("#t-offers .more summary").tap()
    phone.locator("#t-offers select[name=frequency]").select_option("weekly")
    expect(phone.get_by_role("status")).to_contain_text("Saved: Offers")
    phone.locator("#t-offers select[name=pause]").select_option("date")
    phone.locator("#t-offers input[name=until]").fill(f"{now().year + 1}-06-01")
    phone.locator("#t-offers input[name=until]").press("Enter")
    expect(phone.locator("#t-offers .state")).to_have_text("paused")
    wish = choices(maija).wish(topic("offers"))
    assert wish.frequency == "weekly" and wish.pause_until is not None and wish.pause_until.year == now().year + 1


def test_without_a_script_the_same_buttons_do_the_same(desk: Desk, maija: Customer) -> None:
    phone = visitor(desk, path(preference_url(maija)) + "?language=en", java_script_enabled=False)
    phone.locator("#t-offers button[value=stop]").tap()
    expect(phone.get_by_role("status")).to_contain_text("Stopped: Offers")
    phone.locator("#everything select[name=language]").select_option("sv")
    phone.locator("#everything").get_by_role("button", name="Save").tap()
    assert order(maija, "offers") == []
    until(lambda: choices(maija).own(None).language == "sv", what="the language")


def test_said_on_the_phone_two_clicks_each_with_the_words(desk: Desk, maija: Customer) -> None:
    aino = desk.sit(desk.cast.aino, f"/desk/person/{maija.pk}/")
    aino.locator(".topic", has_text="Invoices").click()
    aino.locator(".menu:popover-open input[name=words]").fill("laskut postitse, kiitos")
    aino.locator(".menu:popover-open").get_by_role("button", name="Letter").click()
    expect(aino.locator(".topic", has_text="Invoices")).to_contain_text("Letter")
    aino.locator(".topic", has_text="Offers").click()
    aino.locator(".menu:popover-open").get_by_role("button", name="Never").click()
    expect(aino.locator(".topic", has_text="Offers")).to_contain_text("never")
    said = Consent.objects.filter(granted=False).get()
    assert said.by == desk.cast.aino and said.proof["method"] == "spoken" and order(maija, "invoices") == ["letter"]
    aino.locator(".toast", has_text="Offers").get_by_role("button", name="Undo").click()
    expect(aino.locator(".topic", has_text="Offers")).to_contain_text("Email")


def test_a_yes_on_the_phone_is_confirmed_by_her(desk: Desk, maija: Customer) -> None:
    words = wording_now(topic("news"), "fi")
    line = line_for("email")
    assert words is not None and line is not None
    ask_to_confirm(maija, topic("news"), words, line=line, address=MAIL, by=desk.cast.aino, source="agent")
    from lanka.deliver.models import Delivery

    text = Delivery.objects.latest("pk").out["text"]
    link = next(line for line in text.split() if "/y/" in line)
    phone = visitor(desk, path(link) + "?language=en")
    assert not choices(maija).may(topic("news"), "email")
    phone.get_by_role("button", name="Yes, I confirm").tap()
    expect(phone.get_by_role("heading")).to_contain_text("confirmed")
    assert choices(maija).may(topic("news"), "email")


def test_one_click_posts_and_a_look_does_nothing(desk: Desk, maija: Customer) -> None:
    where = desk.url + path(unsubscribe_url(maija, topic("offers"), "email", MAIL))
    assert httpx.get(where).status_code == 200 and choices(maija).may(topic("offers"), "email")
    answer = httpx.post(where, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert not choices(maija).may(topic("offers"), "email") and choices(maija).may(topic("offers"), "sms")
    phone = visitor(desk, path(unsubscribe_url(maija, topic("care"), "email", MAIL)) + "?language=en")
    phone.get_by_role("button", name="Stop them").tap()
    expect(phone.get_by_role("heading")).to_contain_text("stopped")
    assert not choices(maija).may(topic("care"), "email")


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_are_for_everybody(desk: Desk, maija: Customer, look: str, width: int) -> None:
    Implied.objects.create(customer=maija, channel="email", score=80, why={}, at=now())
    desk.cast.brand.tokens = {"color": "#1d6b52"}
    desk.cast.brand.save()
    found = {}
    wheres = [preference_url(maija), unsubscribe_url(maija, topic("offers"), "email", MAIL), "x//host/p/nothing/"]
    for where in wheres:
        page = visitor(desk, path(where), color_scheme=look, viewport={"width": width, "height": 900}, reduced_motion="reduce")
        for summary in page.locator("summary").all():
            summary.click()
        if page.locator("#t-care").count():
            page.locator("#t-care button[value=stop]").click()
            expect(page.locator("#saved .note")).to_be_visible()
        found[where[-30:]] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert {where: bad for where, bad in found.items() if bad} == {}
