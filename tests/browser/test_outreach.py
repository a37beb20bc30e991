"""Segments and campaigns, clicked: a rule is built and counted as one types; a campaign is foreseen, sent over SMTP, and balances."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from lanka.channels.email.fake import Fake
from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.commerce.models import Order
from lanka.content.models import Template, Version
from lanka.customers.fact import learn
from lanka.customers.models import Customer, Identifier, Kind, Topic
from lanka.decide.consent import grant, withdraw
from lanka.decide.models import Verdict
from lanka.deliver.promise import promise_due
from lanka.deliver.send import deliver_next
from lanka.outreach.build import build
from lanka.outreach.campaigns.books import books
from lanka.outreach.campaigns.carry_on import carry_on
from lanka.outreach.campaigns.draft import Plan, save
from lanka.outreach.campaigns.draft import make as draft
from lanka.outreach.campaigns.schedule import schedule
from lanka.outreach.follow import keep_current
from lanka.outreach.models import Campaign, Segment
from lanka.outreach.save import make
from tests.browser.conftest import TERMINATE, Desk, Front, until
from tests.browser.test_desk_axe import violations
from tests.cast import cast
from tests.real_lines import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    language: {"subject": f"{hello} {{{{ person.first_name }}}}", "blocks": [{"id": "t", "kind": "text", "text": "Huolto −20 %."}]}
    for language, hello in (("fi", "Hei"), ("en", "Hello"), ("pl", "Dzień dobry"), ("sv", "Hej"))
}


def bought(who: Customer, number: str, category: str, days: int) -> None:
    lines = [{"name": category.title(), "category": category, "quantity": 1, "amount": 64_900}]
    at = timezone.now() - timedelta(days=days)
    Order.objects.create(number=number, customer=who, at=at, status="done", lines=lines, amount=64_900)


@pytest.fixture
def smtp() -> Iterator[Fake]:
    with Fake() as fake:
        yield fake


@pytest.fixture
def shop(transactional_db: None, browser: Any, smtp: Fake, home: Path) -> Iterator[Desk]:
    """The cast with a mail line that leads somewhere, offers that three of them want, and a text that two have seen."""
    made = cast(SETTINGS)
    Line.objects.exclude(kind="email").update(enabled=False)
    settings = {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_port": smtp.port, "smtp_security": "none"}
    Line.objects.filter(kind="email").update(settings=pack(channel("email").Settings(**settings)))
    offers = Topic.objects.create(key="offers-story", names={"en": "Offers"}, basis="consent", quiet=False, channels=["email"])
    for n, who in enumerate((made.maija, made.piotr, made.anna, made.helvi, made.eero)):
        learn(who, "name", who.name, source="agent", trust=1)
        Identifier.objects.get_or_create(
            kind=Kind.EMAIL, value=f"p{n}@example.fi", customer=who, defaults={"first_seen_at": timezone.now()}
        )
        bought(who, f"B{n}", "bicycle", 300)
        if who not in (made.helvi, made.eero):
            grant(who, offers, by=None, source="form")
    bought(made.anna, "S1", "service", 20)
    withdraw(made.eero, offers, by=None, source="agent")
    template = Template.objects.create(key="spring", name="Spring service", brand=made.brand, draft=WORDS)
    approved = {"by": made.ben, "approved_at": timezone.now(), "approved_by": made.sanna}
    Version.objects.create(template=template, number=1, texts=WORDS, digest="spring", at=timezone.now(), **approved)
    with Front() as front:
        desk = Desk(front.url, made, browser)
        yield desk
        for context in desk.open_pages:
            context.close()
    with connection.cursor() as cursor:
        cursor.execute(TERMINATE)
    assert desk.trouble == [], "the browser complained"


def work() -> None:
    while carry_on() or promise_due() or deliver_next():
        pass


def test_a_communicator_builds_a_segment_and_sees_it_change(shop: Desk) -> None:
    page = shop.sit(shop.cast.ben, "/desk/segments/")
    page.get_by_role("link", name="New segment").click()
    size = page.locator(".tried-size b")
    expect(size).to_have_text("5")
    rows = page.locator(".rule-row")
    rows.nth(0).get_by_label("What", exact=True).select_option("category")
    rows.nth(0).get_by_label("Category").select_option("bicycle")
    rows.nth(0).get_by_label("When").select_option("before")
    expect(page.locator(".tried-words")).to_have_text("bought · bicycle · more than 6 months ago")
    page.get_by_role("button", name="Add a condition").press("Enter")
    expect(rows.nth(1).get_by_label("Condition")).to_be_focused()
    rows.nth(1).get_by_label("Yes or no").select_option("1")
    rows.nth(1).get_by_label("What", exact=True).select_option("category")
    rows.nth(1).get_by_label("Category").select_option("service")
    expect(size).to_have_text("4")
    expect(page.locator(".tried-people")).not_to_contain_text(shop.cast.anna.name)
    rows.nth(1).get_by_label("When").select_option("within")
    rows.nth(1).get_by_label("How long").fill("1")
    rows.nth(1).get_by_label("Unit").select_option("weeks")
    expect(size).to_have_text("5")
    rows.nth(1).get_by_label("Unit").select_option("years")
    expect(size).to_have_text("4")
    page.get_by_label("Name").fill("Not serviced")
    page.get_by_role("button", name="Keep").click()
    until(lambda: Segment.objects.filter(name="Not serviced").exists(), what="keeping")
    assert keep_current()
    expect(page.locator(".seg-row", has_text="Not serviced").locator(".seg-size b")).to_have_text("4", timeout=8000)
    page.get_by_role("link", name="Not serviced").click()
    expect(rows).to_have_count(2)


def test_what_is_missing_in_a_condition_is_said(shop: Desk) -> None:
    page = shop.sit(shop.cast.ben, "/desk/segments/new/", viewport={"width": 390, "height": 844})
    page.locator(".rule-row").get_by_label("What", exact=True).select_option("product")
    expect(page.locator("#seg-tried")).to_contain_text("Say what they bought.")
    page.locator(".rule-row").get_by_label("Product").fill("bicy")
    expect(page.locator(".tried-size b")).to_have_text("5")
    assert page.evaluate("document.querySelector('.reach').scrollWidth") <= 390


def test_a_campaign_is_foreseen_sent_and_balances(shop: Desk, smtp: Fake) -> None:
    build(make("Riders", {"is": "bought", "what": "category", "value": "bicycle"}, by=shop.cast.ben))
    page = shop.sit(shop.cast.ben, "/desk/campaigns/")
    page.get_by_role("button", name="New campaign").click()
    button = page.get_by_role("button", name="Schedule")
    expect(button).to_be_disabled()
    page.get_by_label("Name").fill("Spring")
    page.get_by_label("Topic").select_option(label="Offers · consent: only to those who said yes")
    page.get_by_role("group", name="Everybody in one of these").get_by_role("checkbox").check()
    page.get_by_label("Text", exact=True).select_option(label="Spring service · version 1, approved")
    outlook = page.locator("#camp-outlook")
    expect(outlook.locator(".tried-size")).to_contain_text("3 will get it, of 5 who are meant")
    reasons = outlook.locator(".camp-whys")
    expect(reasons).to_contain_text("have never said yes to this topic")
    expect(reasons).to_contain_text("said no to this topic")
    reasons.get_by_text("said no to this topic").click()
    expect(reasons.get_by_role("link", name=shop.cast.eero.name)).to_be_visible()

    page.on("dialog", lambda dialog: dialog.accept())
    button.click()
    expect(page.locator(".camp-report")).to_be_visible()
    work()
    expect(page.locator(".camp-top .camp-state")).to_have_text("Done", timeout=8000)
    expect(page.locator(".camp-balance")).to_contain_text("The books balance: 5 meant = 2 not written to + 3 planned")
    expect(page.locator(".camp-parts")).to_contain_text(re.compile(r"3\s+handed over"))
    campaign = Campaign.objects.get(name="Spring")
    assert books(campaign).whole.balanced
    assert sum(len(mails) for mails in smtp.mailboxes.values()) == 3
    page.get_by_role("link", name=re.compile("said no to this topic")).click()
    expect(page.get_by_text(shop.cast.eero.name)).to_be_visible()


def test_nobody_gets_two_and_the_second_report_says_why(shop: Desk, smtp: Fake) -> None:
    """A person in four segments and two campaigns: one message."""
    riders = [build(make(f"Riders {n}", {"is": "bought", "what": "category", "value": "bicycle"}, by=shop.cast.ben)) for n in range(4)]
    topic, text = Topic.objects.get(key="offers-story"), Template.objects.get(key="spring")
    for n in range(2):
        plan = Plan(f"Spring {n}", topic, riders[n * 2 : n * 2 + 2], [], [(text, 100)], purpose="spring")
        schedule(save(draft(plan.name, by=shop.cast.ben), plan, by=shop.cast.ben), by=shop.cast.ben)
        work()
    assert sum(len(mails) for mails in smtp.mailboxes.values()) == 3
    second = Campaign.objects.get(name="Spring 1")
    assert Verdict.objects.filter(message__source=f"campaign:{second.pk}", customer=shop.cast.maija).count() == 1
    page = shop.sit(shop.cast.ville, f"/desk/campaigns/{second.pk}/")
    page.get_by_role("link", name=re.compile("get or got the same from another campaign")).click()
    expect(page.get_by_role("link", name=re.compile(shop.cast.maija.name))).to_be_visible()


def test_a_supervisor_looks_and_changes_nothing(shop: Desk) -> None:
    riders = build(make("Riders", {"is": "bought"}, by=shop.cast.ben))
    page = shop.sit(shop.cast.ville, f"/desk/segments/{riders.pk}/")
    expect(page.get_by_role("button", name="Keep")).to_have_count(0)
    expect(page.locator(".rule-row select").first).to_be_disabled()


@pytest.mark.parametrize(("look", "size"), [("light", (1440, 900)), ("dark", (390, 844))], ids=["light", "dark phone"])
def test_segments_and_campaigns_are_for_everybody(shop: Desk, smtp: Fake, look: str, size: tuple[int, int]) -> None:
    riders = build(make("Riders", {"is": "bought", "what": "category", "value": "bicycle"}, by=shop.cast.ben))
    plan = Plan("Spring", Topic.objects.get(key="offers-story"), [riders], [], [(Template.objects.get(key="spring"), 100)])
    sent = schedule(save(draft("Spring", by=shop.cast.ben), plan, by=shop.cast.ben), by=shop.cast.ben)
    work()
    written = draft("Summer", by=shop.cast.ben)
    page = shop.sit(
        shop.cast.ben, "/desk/segments/", color_scheme=look, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    found = {}
    for path in ("segments/", "segments/new/", f"segments/{riders.pk}/", "campaigns/", f"campaigns/{sent.pk}/", f"campaigns/{written.pk}/"):
        page.goto(f"/desk/{path}")
        page.wait_for_timeout(400)
        found[path] = violations(page)
    assert "\n".join(f"{path} {bad}" for path, all_bad in found.items() for bad in all_bad) == ""
