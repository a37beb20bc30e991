"""Lines, answers and brands as Sanna keeps them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pydantic import BaseModel
from tests.cast import Cast, cast
from tests.real_lines import SETTINGS

from lanka.channels.base import LineView, Misconfigured, Step
from lanka.channels.models import Exchange, Line
from lanka.channels.registry import channel, view
from lanka.content.models import Answer, Brand
from lanka.core.clock import now
from lanka.deliver.models import Trouble
from lanka.desk.settings import check, readme, svg
from lanka.desk.settings.brands import spans
from lanka.people.models import Audit
from lanka.receive.models import RawItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None) -> Cast:
    return cast(SETTINGS)


@pytest.fixture
def sanna(house: Cast) -> Client:
    client = Client()
    client.force_login(house.sanna)
    return client


EMAIL = {"name": "Help", "country": "FI", "brand": "", "enabled": "on", "s-address": "help@pyorapolku.example", "s-incoming": "none"}
NUMBERS = {"s-imap_security": "tls", "s-smtp_security": "starttls", "s-smtp_host": "mail.example.com", "s-smtp_password": "hidden-word"}


def test_a_new_line_keeps_its_secret_locked_and_unseen(sanna: Client) -> None:
    answer = sanna.post("/desk/settings/lines/new/email/", {**EMAIL, **NUMBERS})
    line = Line.objects.get(name="Help")
    assert answer["Location"] == f"/desk/settings/lines/{line.pk}/"
    assert "hidden-word" not in str(line.settings)
    assert view(line).settings.smtp_password.get_secret_value() == "hidden-word"
    assert "hidden-word" not in sanna.get(answer["Location"]).content.decode()
    told = Audit.objects.get(verb="line.made")
    assert "hidden-word" not in str(told.detail)


def test_an_empty_secret_keeps_the_old_one_and_forgetting_is_said_aloud(sanna: Client) -> None:
    sanna.post("/desk/settings/lines/new/email/", {**EMAIL, **NUMBERS})
    line = Line.objects.get(name="Help")
    url = f"/desk/settings/lines/{line.pk}/"
    sanna.post(url, {**EMAIL, **NUMBERS, "s-smtp_password": "", "s-smtp_host": "other.example.com"})
    line.refresh_from_db()
    assert view(line).settings.smtp_password.get_secret_value() == "hidden-word"
    assert "smtp_host" in Audit.objects.get(verb="line.changed").detail["fields"]
    assert "smtp_password" not in Audit.objects.get(verb="line.changed").detail["fields"]
    sanna.post(url, {**EMAIL, **NUMBERS, "s-smtp_password": "", "s-smtp_password-clear": "on"})
    line.refresh_from_db()
    assert view(line).settings.smtp_password.get_secret_value() == ""


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(sanna: Client) -> None:
    wrong = {**EMAIL, "name": "Kraków", "country": "Poland", "s-address": "nobody", "s-smtp_port": "many"}
    answer = sanna.post("/desk/settings/lines/new/email/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Two letters", "Write an address such as", "Write a whole number", 'value="Kraków"', 'value="nobody"', 'value="many"'):
        assert words in page
    assert not Line.objects.filter(name="Kraków").exists()


def test_a_rule_over_several_fields_is_said_above_the_form(sanna: Client) -> None:
    answer = sanna.post("/desk/settings/lines/new/sms/", {**EMAIL, "s-sender": "+358405550100", "s-gateway": "smpp", "s-bind": "separate"})
    assert "must be filled in" in answer.content.decode()


def test_a_made_key_is_shown_once(sanna: Client) -> None:
    page = sanna.get("/desk/settings/lines/new/store/").content.decode()
    assert "Copy it now" in page
    line = Line.objects.get(kind="store")
    assert "till-key" not in sanna.get(f"/desk/settings/lines/{line.pk}/").content.decode()


def test_a_line_has_a_pace_and_says_when_it_rests(sanna: Client) -> None:
    given = {**EMAIL, **NUMBERS, "name": "News", "most": "1 200", "per": "3600", "domain_per": "60"}
    assert "A whole number" in sanna.post("/desk/settings/lines/new/email/", {**given, "domain_most": "many"}).content.decode()
    sanna.post("/desk/settings/lines/new/email/", {**given, "domain_most": "20"})
    line = Line.objects.get(name="News")
    assert (line.most, line.per, line.domain_most, line.domain_per) == (1200, 3600, 20, 60)
    assert 'value="1200"' in sanna.get(f"/desk/settings/lines/{line.pk}/").content.decode()
    Trouble.objects.create(line=line, began_at=now(), failures=5, why="wrong password", until=now())
    assert "wrong password" in sanna.get("/desk/settings/lines/").content.decode()


def test_a_line_of_every_kind_can_be_looked_at(sanna: Client, house: Cast) -> None:
    for line in Line.objects.all():
        assert sanna.get(f"/desk/settings/lines/{line.pk}/").status_code == 200
    store = house.lines["store"]
    assert f"/c/{store.token}/" in sanna.get(f"/desk/settings/lines/{store.pk}/").content.decode()


def test_a_line_that_received_something_is_switched_off_not_deleted(sanna: Client, house: Cast) -> None:
    line = house.lines["store"]
    RawItem.objects.create(line=line, key="k", received_at=house.parcel.created_at, body=b"{}")
    answer = sanna.post(f"/desk/settings/lines/{line.pk}/delete/")
    assert answer.status_code == 409
    assert "Switch it off" in answer.content.decode()
    sanna.post(f"/desk/settings/lines/{line.pk}/switch/")
    line.refresh_from_db()
    assert not line.enabled
    fresh = Line.objects.create(kind="store", name="Never used")
    assert sanna.post(f"/desk/settings/lines/{fresh.pk}/delete/")["HX-Redirect"] == "/desk/settings/lines/"
    assert not Line.objects.filter(pk=fresh.pk).exists()


def test_testing_a_line_leaves_an_exchange(sanna: Client, house: Cast) -> None:
    line = house.lines["store"]
    page = sanna.post(f"/desk/settings/lines/{line.pk}/check/").content.decode()
    assert "sign and read a QR code" in page
    assert Exchange.objects.get(line=line, what="check").ok
    assert "sign and read" in sanna.get("/desk/settings/exchanges/").content.decode()


class Slow:
    def __init__(self, wait: float, error: Exception | None = None) -> None:
        self.wait, self.error = wait, error

    def check(self, line: LineView) -> Iterator[Step]:
        yield Step("first", True)
        time.sleep(self.wait)
        if self.error:
            raise self.error
        yield Step("second", True)


def test_a_test_that_hangs_is_stopped_and_one_that_breaks_is_a_failed_step(house: Cast) -> None:
    line = view(house.lines["store"])
    assert [step.ok for step in check.steps(Slow(1.0), line, patience=0.2)] == [True, False]
    broken = check.steps(Slow(0, Misconfigured("wrong password")), line)
    assert (broken[-1].ok, broken[-1].words) == (False, "wrong password")
    assert not check.steps(Slow(0, RuntimeError("a fault")), line)[-1].ok


def test_settings_locked_with_another_key_can_be_entered_again(sanna: Client, house: Cast) -> None:
    line = house.lines["email"]
    line.settings = {**line.settings, "smtp_password": "enc:nonsense"}
    line.save()
    assert sanna.get(f"/desk/settings/lines/{line.pk}/").status_code == 200
    assert "another LANKA_SECRET_KEY" in sanna.post(f"/desk/settings/lines/{line.pk}/check/").content.decode()
    assert sanna.post(f"/desk/settings/lines/{line.pk}/", {**EMAIL, **NUMBERS}).status_code == 302


def test_the_exchange_log_pages_and_filters(sanna: Client, house: Cast) -> None:
    line = house.lines["email"]
    for number in range(70):
        Exchange.objects.create(line=line, what="send", ok=number % 10 != 0, said=f"mail {number}", heard="<b>250</b>")
    first = sanna.get("/desk/settings/exchanges/")
    assert len(first.context["found"].rows) == 50
    second = sanna.get("/desk/settings/exchanges/", {"before": first.context["found"].more})
    assert len(second.context["found"].rows) == 20
    assert "<b>250</b>" not in first.content.decode()
    assert len(sanna.get("/desk/settings/exchanges/", {"failed": "1"}).context["found"].rows) == 7


def test_an_answer_in_four_languages(sanna: Client, house: Cast) -> None:
    made = sanna.post("/desk/settings/answers/new/", {"title": "Opening hours", "text-sv": "Hej {{ name | du }}!"})
    assert made.status_code == 302
    answer = Answer.objects.get(key="opening-hours-2")
    page = sanna.get(f"/desk/settings/answers/{answer.pk}/").content.decode()
    assert page.count("missing") >= 3
    assert sanna.post(f"/desk/settings/answers/{answer.pk}/", {"title": "", "text-fi": "Hei"}).status_code == 422
    assert "Returning" in sanna.get("/desk/settings/answers/", {"q": "palautus"}).content.decode()


def brand_post(brand: Brand, **more: str) -> dict[str, str]:
    plain = {"name": brand.name, "color": "#cf3336", "ink": "#20242c", "country": "FI", "language": "fi", "time_zone": "Europe/Helsinki"}
    return {**plain, "return_address": "Pyörä & Polku\nKamppi 1", **more}


def test_a_brand_keeps_what_the_form_does_not_know(sanna: Client, house: Cast) -> None:
    house.brand.tokens = {**house.brand.tokens, "motto": "Polje"}
    house.brand.save()
    url = f"/desk/settings/brands/{house.brand.pk}/"
    sanna.post(url, brand_post(house.brand, **{"hours-mon": "10–19", "hours-sat": "9.30-12, 13-17", "phone": "+358 9 555 01"}))
    house.brand.refresh_from_db()
    assert house.brand.hours == {"mon": [["10:00", "19:00"]], "sat": [["09:30", "12:00"], ["13:00", "17:00"]]}
    assert (house.brand.tokens["motto"], house.brand.tokens["phone"]) == ("Polje", "+358 9 555 01")
    wrong = sanna.post(
        url, brand_post(house.brand, **{"hours-tue": "never", "color": "red", "web": "javascript:alert(1)", "ink": "#eeeeee"})
    )
    assert wrong.status_code == 422
    assert {"hours-tue", "color", "web", "ink"} <= set(wrong.context["errors"])


@pytest.mark.parametrize("text", ["19-10", "25-26", "9", "10-19 and later"])
def test_hours_that_no_shop_keeps(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        spans(text)


BAD = [
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://evil.example/x.png"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><use href="https://evil.example/x.svg#a"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:url(https://evil.example)"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "x"</style></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xhtml"><x:script/></svg>',
    '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    "<html/>",
    "not a drawing",
]


@pytest.mark.parametrize("text", BAD)
def test_a_logo_may_not_run_or_load_anything(text: str) -> None:
    with pytest.raises(svg.NotALogo):
        svg.cleaned(text)


def test_a_plain_logo_passes() -> None:
    kept = svg.cleaned('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!-- ours --><path d="M0 0h9v9z" fill="#cf3336"/></svg>')
    assert kept.startswith("<svg")
    assert 'fill="#cf3336"' in kept
    assert "ours" not in kept


def test_a_readme_cannot_bring_markup() -> None:
    page = readme.render("# Hi\n\n<script>alert(1)</script> [x](javascript:alert(1)) `<b>` **bold**\n\n| a | b |\n| - | - |\n| <i> | 2 |")
    assert "<script" not in page
    assert "javascript:" not in page
    assert "<code>&lt;b&gt;</code>" in page
    assert "<b>bold</b>" in page
    assert "<td>&lt;i&gt;</td>" in page


def test_every_readme_is_a_page() -> None:
    for kind in ("email", "store", "sms"):
        assert readme.summary(type(channel(kind)))
        assert "<h" in readme.page(type(channel(kind)))


def test_who_may_set_nothing_is_told_so(house: Cast) -> None:
    client = Client()
    client.force_login(house.aino)
    assert "Nothing to set here" in client.get("/desk/settings/").content.decode()
    client.force_login(house.ben)
    assert client.get("/desk/settings/")["Location"] == "/desk/settings/brands/"


def test_a_field_without_words_still_has_a_name() -> None:
    from lanka.desk.settings import form

    class Odd(BaseModel):
        retry_after: int = 3
        kind: Any = None

    found = form.fields(Odd, {"retry_after": 3}, {}, {})
    assert [(one.title, one.widget) for one in found] == [("Retry after", "number"), ("Kind", "text")]
