"""A text written once: two languages, a field, previews that follow, a finding, approval by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect

from lanka.content.models import Template, Version
from tests.browser.conftest import TERMINATE, Desk, Front, until
from tests.cast import cast
from tests.real_lines import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db: None, browser: Any) -> Iterator[Desk]:
    """The desk with the real channels: what they draw is what is looked at."""
    made = cast(SETTINGS)
    with Front() as front:
        desk = Desk(front.url, made, browser)
        yield desk
        for context in desk.open_pages:
            context.close()
    with connection.cursor() as cursor:
        cursor.execute(TERMINATE)
    assert desk.trouble == [], "the browser complained"


def write(page: Any, field: str, words: str, language: str = "fi", block: int | None = None) -> None:
    """`block`: the how manieth, from 0; None is the subject and the like."""
    frame = page.locator(".w-block").nth(0 if block is None else block + 1)
    frame.locator(f".w-cell[data-language={language}] [data-f={field}]").fill(words)


def approved_by_another(house: Desk, page: Any) -> None:
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waits for approval")).to_be_visible()
    expect(page.get_by_text("Somebody else must approve it.")).to_be_visible()
    version = Version.objects.get()
    assert set(version.texts) == {"fi", "sv"} and version.by == house.cast.ben

    other = house.sit(house.cast.ville, f"/desk/writing/{version.template_id}/")
    other.get_by_role("tab", name="Versions").click()
    other.get_by_role("button", name="Approve").click()
    expect(other.get_by_text("Approved by Ville Korhonen")).to_be_visible()
    version.refresh_from_db()
    assert version.approved_by == house.cast.ville


def test_a_mail_in_two_languages_is_written_checked_and_approved_by_another(house: Desk) -> None:
    page = house.sit(house.cast.ben, "/desk/writing/")
    page.get_by_role("button", name="New template").click()
    page.get_by_label("Name").fill("Service reminder")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-title]")).to_have_value("Service reminder")

    page.get_by_role("button", name="Suomi", exact=True).click()
    page.get_by_role("button", name="Begin empty").click()
    write(page, "subject", "Pyöräsi kaipaa huoltoa")
    write(page, "preview", "Huolto puolen vuoden jälkeen")
    page.locator("[data-new=text]").click()
    write(page, "text", "Hei ", block=0)
    page.locator(".w-block").nth(1).locator("textarea").press("End")
    page.get_by_role("button", name="Insert field").click()
    page.locator("[data-field='person.first_name']").hover()
    page.locator("[data-instead]").fill("")
    page.locator("[data-field='person.first_name']").click()
    expect(page.locator(".w-block").nth(1).locator("textarea")).to_have_value("Hei {{ person.first_name }}")
    page.locator("[data-new=button]").click()
    write(page, "label", "Varaa huolto", block=1)
    write(page, "url", "http://pyorapolku.example/varaa", block=1)

    mail = page.frame_locator(".w-frame iframe")
    expect(mail.get_by_text("Hei Maija")).to_be_visible(timeout=10_000)
    expect(page.locator("[data-shape=short] .w-bubble")).to_contain_text("Varaa huolto: ")
    page.locator(".w-paper img").scroll_into_view_if_needed()
    until(lambda: page.locator(".w-paper img").evaluate("image => image.complete && image.naturalHeight > 900"), 15, "the letter")

    page.get_by_role("tab", name="Check").click()
    expect(page.locator(".w-findings").get_by_text("is no safe address")).to_be_visible()
    page.get_by_text("may be missing, and nothing is said instead").first.click()
    expect(page.locator(".w-block").nth(1).locator("textarea")).to_be_focused()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Mend this first")).to_be_visible()
    write(page, "url", "https://pyorapolku.example/varaa", block=1)
    expect(page.locator(".w-findings").get_by_text("is no safe address")).to_have_count(0)

    page.get_by_role("tab", name="Preview").click()
    page.get_by_role("button", name="Svenska", exact=True).click()
    page.get_by_role("button", name="Copy: Suomi").click()
    page.locator("[data-beside]").select_option("fi")
    write(page, "subject", "Din cykel behöver service", language="sv")
    write(page, "text", "Hej {{ person.first_name | default: 'du' }}!", language="sv", block=0)
    expect(mail.get_by_text("Hej Maija")).to_be_visible()
    expect(page.locator(".w-cell[data-language=fi] [data-f=subject]")).to_have_value("Pyöräsi kaipaa huoltoa")
    page.locator("[data-do=undo]").click()
    expect(mail.get_by_text("Hei Maija")).to_be_visible()
    page.locator("[data-do=redo]").click()
    expect(mail.get_by_text("Hej Maija")).to_be_visible()

    approved_by_another(house, page)


def test_two_who_write_at_once_lose_nothing(house: Desk) -> None:
    written = {"fi": {"subject": "Tarjous", "preview": "", "short": "", "blocks": [{"id": "t", "kind": "text", "when": "", "text": "Hei"}]}}
    template = Template.objects.create(key="offer", name="Offer", brand=house.cast.brand, draft=written)
    ben, sanna = (house.sit(user, f"/desk/writing/{template.pk}/") for user in (house.cast.ben, house.cast.sanna))
    write(ben, "subject", "Benin tarjous")
    expect(ben.locator("[data-saved-words]")).to_have_text("Saved")
    write(sanna, "subject", "Sannan tarjous")
    expect(sanna.get_by_text("Ben Lindqvist has written here meanwhile.")).to_be_visible()
    sanna.get_by_role("button", name="Go on with mine").click()
    expect(sanna.locator("[data-saved-words]")).to_have_text("Saved")
    template.refresh_from_db()
    assert template.draft["fi"]["subject"] == "Sannan tarjous"
    assert template.versions.get().texts["fi"]["subject"] == "Benin tarjous"


def test_blocks_are_moved_copied_and_deleted_by_key_and_by_hand(house: Desk) -> None:
    blocks = [{"id": name, "kind": "text", "when": "", "text": name} for name in ("yksi", "kaksi")]
    template = Template.objects.create(
        key="blocks", name="Blocks", brand=house.cast.brand, draft={"fi": {"subject": "S", "preview": "", "short": "", "blocks": blocks}}
    )
    page = house.sit(house.cast.ben, f"/desk/writing/{template.pk}/")

    def texts() -> list[str]:
        return list(page.locator(".w-block textarea[data-f=text]").evaluate_all("all => all.map(one => one.value)"))

    page.locator(".w-block textarea[data-f=text]").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    assert texts() == ["kaksi", "yksi"]
    page.locator(".w-block").nth(1).hover()
    page.locator(".w-block").nth(1).get_by_label("Copy this block").click()
    assert texts() == ["kaksi", "kaksi", "yksi"]
    page.locator(".w-block").nth(1).hover()
    page.locator(".w-block").nth(1).get_by_label("Delete").click()
    assert texts() == ["kaksi", "yksi"]
    page.locator(".w-block").nth(2).hover()
    page.locator(".w-block").nth(2).get_by_label("Only for some").click()
    page.locator(".w-block").nth(2).locator("[data-when-field]").select_option("person.city")
    page.locator(".w-block").nth(2).locator("[data-when-how]").select_option("is")
    page.locator(".w-block").nth(2).locator("[data-when-value]").fill("Turku")
    expect(page.locator("[data-shape=short] .w-bubble")).not_to_contain_text("yksi")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-shape=short] .w-bubble")).to_contain_text("yksi")
