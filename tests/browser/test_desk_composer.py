"""The composer in the hands of an agent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lanka.conversations.models import Conversation, Draft, State
from lanka.timeline.models import Event
from tests.browser.conftest import Desk, until
from tests.stub_channels import PIXEL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_channel_is_a_choice_with_reasons(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    expect(page.get_by_role("radio", name="Email")).to_be_checked()
    expect(page.locator(".because")).to_contain_text("they wrote there last")
    expect(page.locator("[data-subject]")).to_be_visible()
    page.locator(".way.off", has_text="Chat").hover()
    expect(page.locator("#tip")).to_contain_text("not online now")
    page.locator(".way", has_text="SMS").click()
    expect(page.locator("[data-subject]")).to_be_hidden()
    page.locator("[data-text]").fill("x" * 170)
    expect(page.locator("[data-measured]")).to_have_text(re.compile(r"^136 / 2 · €0\.14$"))
    page.locator(".way", has_text="Letter").click()
    page.locator("[data-look]").click()
    expect(page.locator("dialog.preview img")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-text]").fill("Kirje tulee")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k.out.ch-letter")).to_contain_text("Kirje tulee")


def test_an_answer_from_the_book_and_a_note(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    page.keyboard.press("r")
    page.keyboard.type("Hei! /open")
    expect(page.locator(".answers .item")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-text]")).to_have_value(re.compile("^Hei! Hei Maija! Kampin myymälä"))
    page.locator("[data-text]").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".compose")).to_have_class(re.compile("noting"))
    page.keyboard.type("@vil")
    expect(page.locator(".answers .item")).to_contain_text("Ville Korhonen")
    page.keyboard.press("Enter")
    page.keyboard.type("ehditkö?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k.note", has_text="ehditkö")).to_be_visible()
    expect(page.get_by_role("radio", name="Email")).to_be_checked()


def test_files_are_dropped_in_and_taken_out(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "kuva.png"
    picture.write_bytes(PIXEL)
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    page.locator("[data-pick]").set_input_files(str(picture))
    expect(page.locator(".compose .file")).to_contain_text("kuva.png")
    until(lambda: Draft.objects.filter(files__0__name="kuva.png").exists())
    page.reload()
    expect(page.locator(".compose .file")).to_contain_text("kuva.png")
    page.locator(".way", has_text="SMS").click()
    expect(page.locator("[data-refused]")).to_contain_text("cannot carry files")
    page.locator(".way", has_text="Email").click()
    page.locator("[data-text]").fill("Kuva ohessa")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k.out", has_text="Kuva ohessa").locator("img")).to_be_visible()
    expect(page.locator(".compose .file")).to_have_count(0)


def test_what_could_not_be_sent_stays_in_the_hand(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    page.locator(".way", has_text="SMS").click()
    page.locator("[data-text]").fill("y" * 1600)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.bad:not(.leave)")).to_contain_text("too long")
    expect(page.locator("[data-text]")).to_have_value("y" * 1600)
    expect(page.locator(".k.sending")).to_have_count(0)
    page.context.set_offline(True)
    page.locator("[data-text]").fill("Ilman verkkoa")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast.bad:not(.leave)")).to_contain_text("No connection")
    expect(page.locator("[data-text]")).to_have_value("Ilman verkkoa")
    page.context.set_offline(False)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".k.out", has_text="Ilman verkkoa")).to_be_visible()
    until(lambda: Event.objects.filter(text="Ilman verkkoa").count() == 1)
    expect(page.locator(".k.sending")).to_have_count(0)


def test_send_and_close_and_send_and_snooze(desk: Desk) -> None:
    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    page.locator("[data-text]").fill("Valmista tuli.")
    page.keyboard.press("Control+Shift+Enter")
    until(lambda: Conversation.objects.get(pk=desk.cast.parcel.pk).state == State.CLOSED)
    expect(page.locator(".talk-head")).to_contain_text("Open again")
    page.goto(f"/desk/inbox/unassigned/{desk.cast.creak.pk}/")
    page.locator("[data-text]").fill("Zadzwonimy.")
    page.get_by_role("button", name="Other ways to send").click()
    page.locator("#menu-send .item", has_text="In an hour").click()
    until(lambda: Conversation.objects.get(pk=desk.cast.creak.pk).state == State.SNOOZED)


def test_the_customer_is_seen_writing(desk: Desk) -> None:
    from django.db import transaction

    from lanka.channels import presence  # noqa: F401
    from lanka.core import live

    page = desk.sit(desk.cast.aino, f"/desk/inbox/mine/{desk.cast.parcel.pk}/")
    expect(page.locator("[data-live]")).to_have_class("live on")
    thread, line = "document.querySelector('lanka-thread')", desk.cast.lines["chat"].pk
    page.evaluate(f"{thread}.dataset.addresses = '{line}:v-7f3a'; {thread}.subscribe()")
    page.wait_for_timeout(700)
    with transaction.atomic():
        live.tell(f"typing:{desk.cast.lines['chat'].pk}:v-7f3a", {})
    expect(page.locator("[data-typing]")).to_be_visible()
