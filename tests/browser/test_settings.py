"""Settings and counter, clicked in a real browser: a line made and tested, a customer served from the scanner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from lanka.channels.models import Line
from lanka.commerce.models import Order, Store
from lanka.people.models import Audit
from lanka.timeline.models import Event
from tests.browser.conftest import TERMINATE, Desk, Front, until
from tests.cast import cast
from tests.real_lines import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db: None, browser: Any) -> Iterator[Desk]:
    """The desk with the real channels: their forms are what is looked at."""
    made = cast(SETTINGS)
    for city, country in (("Helsinki Kamppi", "FI"), ("Turku", "FI"), ("Kraków", "PL")):
        Store.objects.get_or_create(name=city, defaults={"city": city.split()[0], "country": country})
    goods = [{"name": "Kuura M 54", "quantity": 1, "amount": 124900}]
    ago = timezone.now() - timedelta(days=3)
    order = {"customer": made.maija, "at": ago, "status": "ready", "lines": goods, "amount": 124900}
    Order.objects.update_or_create(number="48213", defaults=order)
    with Front() as front:
        desk = Desk(front.url, made, browser)
        yield desk
        for context in desk.open_pages:
            context.close()
    with connection.cursor() as cursor:
        cursor.execute(TERMINATE)
    assert desk.trouble == [], "the browser complained"


def test_an_administrator_makes_a_line_and_tests_it(shop: Desk) -> None:
    page = shop.sit(shop.cast.sanna, "/desk/settings/")
    page.get_by_role("link", name="New line").click()
    page.locator(".kind", has_text="Email").click()
    page.get_by_label("Name", exact=True).fill("Kraków mailbox")
    page.get_by_label("Address").first.fill("not an address")
    page.get_by_label("SMTP port").fill("99999")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#s-address-error")).to_contain_text("write an address such as", ignore_case=True)
    expect(page.get_by_text("At most 65535.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kraków mailbox")
    assert not Line.objects.filter(name="Kraków mailbox").exists()

    expect(page.locator("#s-imap_host")).to_be_hidden()
    page.get_by_label("Incoming mail").select_option("imap")
    expect(page.get_by_role("textbox", name="IMAP server")).to_be_visible()
    page.get_by_label("Incoming mail").select_option("none")
    page.get_by_label("Address").first.fill("krakow@pyorapolku.example")
    page.get_by_role("textbox", name="SMTP server").fill("127.0.0.1")
    page.get_by_label("SMTP port").fill("9")  # nobody answers there
    page.get_by_label("SMTP password").fill("very secret")
    page.get_by_role("button", name="Save").click()
    until(lambda: Line.objects.filter(name="Kraków mailbox").exists(), what="saving")
    line = Line.objects.get(name="Kraków mailbox")
    assert "very secret" not in str(line.settings)
    assert "very secret" not in page.content()

    page.get_by_role("button", name="Test this line").click()
    expect(page.locator(".check-steps .failed").first).to_be_visible(timeout=30_000)
    assert Audit.objects.filter(verb="line.made", what="Kraków mailbox").exists()


def test_a_clerk_scans_a_card_and_hands_an_order_over(shop: Desk) -> None:
    page = shop.sit(shop.cast.aino, "/desk/counter/", viewport={"width": 1024, "height": 768}, has_touch=True)
    page.get_by_role("button", name="Helsinki Kamppi").click()
    expect(page.get_by_label("Scan or type")).to_be_focused()
    page.keyboard.type("PP-20931\n", delay=5)  # as a USB scanner types
    expect(page.get_by_role("heading", name="Maija Laine")).to_be_visible()
    page.get_by_role("link", name="Pick-up").click()
    expect(page.get_by_role("radio")).to_be_checked()
    page.get_by_role("button", name="Write down").click()
    until(lambda: Order.objects.get(number="48213").status == "done", what="the pick-up")
    told = Event.objects.get(kind="pickup", data__order="48213")
    assert told.customer_id == shop.cast.maija.pk
    assert told.data["store"] == "Helsinki Kamppi"

    page.get_by_role("link", name="Purchase").click()
    page.get_by_label("Product").first.fill("Bell")
    page.get_by_label("Price").first.fill("12,50")
    page.get_by_role("button", name="Write down").click()
    until(lambda: Order.objects.filter(customer=shop.cast.maija, amount=1250).exists(), what="the purchase")


def test_somebody_new_is_registered_at_the_counter(shop: Desk) -> None:
    page = shop.sit(shop.cast.aino, "/desk/counter/")
    page.get_by_role("button", name="Turku").click()
    page.get_by_label("Scan or type").fill("040 555 0999")
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).fill("Onni Hämäläinen")
    expect(page.get_by_label("Phone")).to_have_value("040 555 0999")
    page.get_by_label("I saw that").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Onni Hämäläinen")).to_be_visible()
    assert Event.objects.filter(kind="visit", customer__name="Onni Hämäläinen").exists()
