"""Every screen of the settings, the people who work here, the trail, the quarantine, the counter and one's own account before axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from lanka.channels.models import Exchange
from lanka.channels.registry import all_channels
from lanka.channels.settings import pack
from lanka.content.models import Answer
from lanka.customers.models import Customer
from lanka.customers.starter import starter_topics
from lanka.people.audit import audit
from lanka.receive.models import Quarantine, RawItem
from tests.browser.conftest import TERMINATE, Desk, Front
from tests.browser.test_desk_axe import NARROW, WIDE, violations
from tests.cast import cast
from tests.real_lines import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]


@pytest.fixture
def real(transactional_db: None, browser: Any) -> Iterator[Desk]:
    """The desk with the real channels: their settings are the forms."""
    made = cast(SETTINGS)
    for kind, line in made.lines.items():
        line.settings = pack(all_channels()[kind].Settings(**line.settings)) if line.settings else line.settings
        line.save()
    with Front() as front:
        desk = Desk(front.url, made, browser)
        yield desk
        for context in desk.open_pages:
            context.close()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TERMINATE)
    assert desk.trouble == [], "the browser complained"


def filled(desk: Desk) -> dict[str, list[str]]:
    """Something on every screen; their addresses, by group."""
    made, line = desk.cast, desk.cast.lines["email"]
    starter_topics()
    answer = Answer.objects.order_by("pk").first() or Answer.objects.create(title="Thanks", texts={"en": "Thank you"})
    for ok in (True, False):
        Exchange.objects.create(line=line, what="send", ok=ok, said="to maija@example.fi: Hei", heard="250 2.0.0 queued", milliseconds=41)
    raw = RawItem.objects.create(line=line, key="k1", received_at=made.parcel.created_at, body=b"\xff\x00not mail", path="mail")
    stuck = Quarantine.objects.create(raw=raw, why="not a mail", trace="Traceback …")
    audit("line.changed", str(line), by=made.sanna, remote="192.0.2.7", fields=["smtp_host"])
    paper = Customer.objects.create(name="Alma Salmi", search="alma salmi", created_at=made.parcel.created_at)
    brands = ["brands/", "brands/new/", f"brands/{made.brand.pk}/"]
    at = {
        "lines": ["", "lines/", "lines/new/", f"lines/{line.pk}/", *(f"lines/new/{kind}/" for kind in all_channels())],
        "settings": ["exchanges/", "answers/", "answers/new/", f"answers/{answer.pk}/", "topics/", "topics/new/", *brands],
        "people": ["", "new/", f"{made.aino.pk}/", "teams/", f"teams/{made.helsinki.pk}/"],
        "counter": ["", "?q=laine", "?q=zzzz", f"person/{made.maija.pk}/", f"person/{paper.pk}/", f"person/{paper.pk}/?do=card"]
        + [f"person/{made.maija.pk}/?do={what}" for what in ("visit", "pickup", "purchase", "note")],
        "account": ["2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/totp/activate/", "password/change/", "logout/"],
    }
    below = {"lines": "/desk/settings/", "account": "/account/"}
    found = {name: [below.get(name, f"/desk/{name}/") + path for path in paths] for name, paths in at.items()}
    found["people"] += ["/desk/audit/", "/desk/quarantine/", f"/desk/quarantine/{stuck.pk}/", f"/desk/person/{made.maija.pk}/"]
    return found


def knows_the_password(desk: Desk) -> None:
    """As if she had just typed it once more: else the pages of her account ask for it."""
    from django.contrib.sessions.models import Session

    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        session["account_authentication_methods"] = [{"method": "password", "at": 9e9, "reauthenticated": True}]
        session.save()


@pytest.mark.parametrize("group", ["lines", "settings", "people", "counter", "account"])
@pytest.mark.parametrize(("look", "size"), LOOKS, ids=["light", "dark", "phone", "dark phone"])
def test_settings_are_for_everybody(real: Desk, group: str, look: str, size: dict[str, int]) -> None:
    paths = filled(real)[group]
    page = real.sit(real.cast.sanna, "/desk/counter/", color_scheme=look, viewport=size, reduced_motion="reduce")
    knows_the_password(real)
    store = real.cast.lines["store"]
    page.context.add_cookies([{"name": "lanka_counter", "value": f"{store.pk}:", "url": real.url}])
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = page.goto(path)
        assert answer.status < 400, path
        page.wait_for_timeout(60)
        found[path] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[path].append("wider than the window")
    assert "\n".join(f"{path} {bad}" for path, every in found.items() for bad in every) == ""
