"""The widget in a real browser, on a page with a strict Content-Security-Policy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe

from lanka.channels import transcript
from lanka.channels.base import Inbound, Receipt
from lanka.channels.chat import Chat
from lanka.channels.chat.conftest import Hosted, a_line

pytestmark = pytest.mark.browser

# The shadow root is closed to the page; the tests look in all the same.
PEEK = "const a = Element.prototype.attachShadow; Element.prototype.attachShadow = function () { return a.call(this, {mode: 'open'}); };"


@dataclass
class Shop:
    """A browser of one customer at the shop's page."""

    context: Any
    hosted: Hosted
    errors: list[str]

    def tab(self, path: str = "/shop/kuura") -> Any:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if "Content Security" in m.text or "TrustedHTML" in m.text else None)
        page.goto(self.hosted.url + path)
        page.wait_for_selector(".launcher", state="attached")
        return page

    @property
    def visitor(self) -> str:
        tokens = "Object.entries(localStorage).filter(([k]) => k.endsWith(':token')).map(([, v]) => JSON.parse(v))"
        return str(self.context.pages[-1].evaluate(tokens)[0]).split(".")[0]


@pytest.fixture
def shop(hosted: Hosted, browser: Any) -> Iterator[Callable[..., Shop]]:
    opened: list[Shop] = []

    def make(width: int = 1280, height: int = 900, **more: Any) -> Shop:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fi-FI", **more)
        context.add_init_script(PEEK)
        context.set_default_timeout(8000)
        opened.append(Shop(context, hosted, []))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        assert not one.errors


def begin(page: Any) -> None:
    page.click(".launcher")
    page.wait_for_selector(".panel:not([hidden])")


def write(page: Any, text: str) -> None:
    page.fill(".compose textarea", text)
    page.press(".compose textarea", "Enter")


def texts(page: Any) -> list[str]:
    return list(page.locator(".knots .bubble").all_inner_texts())


def until(wanted: Any, look: Callable[[], Any]) -> None:
    for _ in range(160):
        if look() == wanted:
            return
        time.sleep(0.05)
    assert look() == wanted


def asked(hosted: Hosted) -> list[str]:
    return [item.text for item in hosted.items("say") if isinstance(item, Inbound)]


def test_a_conversation(shop: Callable[..., Shop], hosted: Hosted) -> None:
    maija = shop()
    page = maija.tab()
    assert page.evaluate("localStorage.length") == 0  # nothing is kept of those who only look at the shop
    begin(page)
    assert page.inner_text(".hero h2") == "Hei! Miten voimme auttaa?"
    write(page, "Milloin Kuura saapuu?")
    page.wait_for_selector(".mine.sent")
    ref = hosted.answer(maija.visitor, "Huomenna. Seuranta: https://posti.example.fi/x <b>!</b>")
    page.wait_for_selector(".theirs .bubble")
    assert texts(page) == ["Milloin Kuura saapuu?", "Huomenna. Seuranta: https://posti.example.fi/x <b>!</b>"]
    assert page.get_attribute(".theirs .bubble a", "href") == "https://posti.example.fi/x"
    page.wait_for_selector(".mine.seen")  # whoever answers has read
    until({"delivered", "read"}, lambda: {item.state for item in hosted.items() if isinstance(item, Receipt) and item.ref == ref})


def test_script_in_either_direction_stays_text(shop: Callable[..., Shop], hosted: Hosted) -> None:
    maija = shop()
    page = maija.tab()
    begin(page)
    evil = "<img src=x onerror=\"document.title='gone'\"><script>document.title='gone'</script> javascript:alert(1) https://a.example/\"onclick=x"
    write(page, evil)
    page.wait_for_selector(".mine.sent")
    hosted.answer(maija.visitor, evil, name="<b>Aino</b>")
    page.wait_for_selector(".theirs")
    assert texts(page) == [evil, evil]
    assert page.locator(".knots img, .knots script, .who b").count() == 0
    assert {a.get_attribute("href") for a in page.locator(".bubble a").all()} == {"https://a.example/"}
    assert page.title() == "Pyörä & Polku"


def test_two_tabs_are_one_conversation(shop: Callable[..., Shop], hosted: Hosted) -> None:
    maija = shop()
    first, second = maija.tab(), maija.tab("/shop/helmi")
    begin(first)
    begin(second)
    for number in range(4):
        write(first if number % 2 else second, f"viesti {number}")
    hosted.answer(maija.visitor, "vastaus")
    for page in (first, second):
        until(5, lambda page=page: len(texts(page)))
        assert sorted(texts(page)) == sorted(set(texts(page)))
    until(4, lambda: len(asked(hosted)))
    maija.context.pages[0].close()  # the tab that held the stream
    hosted.answer(maija.visitor, "toinen vastaus")
    until("toinen vastaus", lambda: texts(second)[-1])
    assert len(texts(second)) == 6


def test_reload_and_next_page_lose_nothing(shop: Callable[..., Shop], hosted: Hosted) -> None:
    maija = shop()
    page = maija.tab()
    begin(page)
    write(page, "ennen")
    page.wait_for_selector(".mine.sent")
    page.fill(".compose textarea", "kesken jää")
    time.sleep(0.4)
    page.reload()
    page.wait_for_selector(".panel:not([hidden])")  # it stays open
    until(["ennen"], lambda: texts(page))
    assert page.input_value(".compose textarea") == "kesken jää"
    page.click("text=Seuraava")
    page.wait_for_url("**/shop/next")
    write(page, "jälkeen")
    until(["ennen", "jälkeen"], lambda: asked(hosted))
    until(["ennen", "jälkeen"], lambda: texts(page))


def test_offline_reload_and_online_again(shop: Callable[..., Shop], hosted: Hosted) -> None:
    """Written with no connection, the tab reloaded in between, a server that is down for a while: all of it arrives once."""
    maija = shop()
    page = maija.tab()
    begin(page)
    write(page, "yksi")
    page.wait_for_selector(".mine.sent")
    maija.context.set_offline(True)
    write(page, "kaksi")
    write(page, "kolme")
    page.wait_for_selector(".net:not([hidden])")
    assert page.locator(".mine.sending").count() == 2
    hosted.answer(maija.visitor, "sillä välin")
    maija.context.set_offline(False)
    until(["yksi", "kaksi", "kolme"], lambda: asked(hosted))
    until(4, lambda: len(texts(page)))

    hosted.down = True
    write(page, "neljä")
    time.sleep(0.5)
    hosted.down = False
    page.reload()
    until(["yksi", "kaksi", "kolme", "neljä"], lambda: asked(hosted))
    until(5, lambda: len(texts(page)))
    assert sorted(texts(page)) == sorted(["yksi", "kaksi", "kolme", "neljä", "sillä välin"])
    assert page.locator(".mine.sending").count() == 0


def test_unread_is_shown_and_goes(shop: Callable[..., Shop], hosted: Hosted) -> None:
    maija = shop()
    page = maija.tab()
    begin(page)
    write(page, "Hei")
    page.wait_for_selector(".mine.sent")
    page.press(".compose textarea", "Escape")
    page.wait_for_selector(".panel", state="hidden")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launcher"
    hosted.answer(maija.visitor, "Vastaus odottaa")
    page.wait_for_selector(".badge:not([hidden])")
    assert page.title() == "(1) Pyörä & Polku"
    assert "Vastaus odottaa" in page.inner_text(".peek")
    page.click(".peek .text")
    page.wait_for_selector(".day.fresh")
    until("Pyörä & Polku", page.title)
    until(1, lambda: len(list(hosted.items("read"))))
    page.reload()
    page.wait_for_selector(".theirs")
    assert page.is_hidden(".badge")


def test_after_hours_a_message_is_left(shop: Callable[..., Shop], hosted: Hosted) -> None:
    hosted.line = a_line(closed=True)
    page = shop().tab()
    begin(page)
    assert page.inner_text(".hero h2") == "Jätä viesti" and page.is_hidden(".compose")
    page.click(".card .go")
    assert page.locator(".wrong:not(:empty)").count() == 2
    page.fill(".card textarea", "Onko Kuuraa koossa 54?")
    page.fill(".card input >> nth=1", "maija.laine@example.fi")
    page.click(".card .go")
    page.wait_for_selector(".mine.sent")
    [left] = hosted.items("say")
    assert isinstance(left, Inbound) and left.data["left_message"] and left.also[0].value == "maija.laine@example.fi"
    until("Kiitos viestistäsi! Vastaamme osoitteeseen maija.laine@example.fi.", lambda: page.inner_text(".tail"))


def test_files_go_up_and_programs_do_not(shop: Callable[..., Shop], hosted: Hosted) -> None:
    page = shop().tab()
    begin(page)
    note = {"name": "muistio.txt", "mimeType": "text/plain", "buffer": b"Hei"}
    page.set_input_files("input[type=file]", [note, {"name": "setup.exe", "mimeType": "x/y", "buffer": b"MZ\x90"}])
    page.wait_for_selector(".chip.done")
    until(True, lambda: "setup.exe" in page.inner_text(".trouble"))
    page.press(".compose textarea", "Enter")
    page.wait_for_selector(".mine .file")
    page.wait_for_selector(".mine.sent")
    [said] = hosted.items("say")
    assert isinstance(said, Inbound) and [file.name for file in said.files] == ["muistio.txt"]


def test_the_conversation_moves_to_the_phone(shop: Callable[..., Shop], hosted: Hosted) -> None:
    laptop = shop()
    page = laptop.tab()
    begin(page)
    write(page, "Läppäriltä")
    page.wait_for_selector(".mine.sent")
    link = Chat().way_back(hosted.line, laptop.visitor, "http://lanka.example.com/shop/kuura").partition("?")[2]
    phone = shop(390, 844)
    sheet = phone.tab(f"/shop/kuura?{link}")
    sheet.wait_for_selector(".mine")
    assert texts(sheet) == ["Läppäriltä"] and "lanka=" not in sheet.url
    write(sheet, "Puhelimelta")
    until(["Läppäriltä", "Puhelimelta"], lambda: texts(page))
    sheet.click("header button >> nth=0")
    sheet.click("text=Unohda minut")
    sheet.click(".card .go")
    sheet.wait_for_selector(".launcher")
    assert sheet.evaluate("Object.keys(localStorage).filter((k) => !k.endsWith('draft')).length") == 0


def test_typing_ticks_and_a_closed_root(shop: Callable[..., Shop], hosted: Hosted) -> None:
    from lanka.core import live

    maija = shop()
    page = maija.tab()
    begin(page)
    write(page, "Hei")
    page.wait_for_selector(".mine.sent")
    live.tell(transcript.topic(hosted.line.id, maija.visitor), {"type": "typing", "name": "Aino", "on": True})
    until("Aino kirjoittaa…", lambda: page.inner_text(".pulse").strip())
    transcript.seen(hosted.line.id, maija.visitor)
    page.wait_for_selector(".mine.seen")
    bare = page.context.browser.new_page()
    bare.goto(hosted.url + "/shop/kuura")
    bare.wait_for_selector("[data-lanka-chat]", state="attached")
    assert bare.evaluate("document.querySelector('[data-lanka-chat]').shadowRoot") is None
    bare.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_it_can_be_used_by_everybody(shop: Callable[..., Shop], hosted: Hosted, width: int, scheme: str) -> None:
    hosted.strict = False  # axe is put into the page
    maija = shop(width, 844, color_scheme=scheme, reduced_motion="reduce")
    page = maija.tab()
    begin(page)
    write(page, "Hei, onko Kuuraa?")
    page.wait_for_selector(".mine.sent")
    hosted.answer(maija.visitor, "On: https://shop.example.fi/kuura")
    page.wait_for_selector(".theirs")
    found = Axe().run(page, context="[data-lanka-chat]")
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    if width == 390:
        box = page.locator(".panel").bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
        page.focus("header button >> nth=0")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.hasAttribute('data-lanka-chat')")  # the sheet keeps the focus
