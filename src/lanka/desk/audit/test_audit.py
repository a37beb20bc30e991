"""The trail: filtered, page by page, unchangeable."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import company

from lanka.people.audit import audit

pytestmark = pytest.mark.django_db


def test_the_trail_is_filtered_and_paged() -> None:
    house = company()
    for number in range(60):
        audit("line.changed", f"Line {number}", by=house.sanna, fields=["smtp_host"])
    audit("user.invited", "<b>Eero</b>", by=house.ville)
    client = Client()
    client.force_login(house.sanna)
    first = client.get("/desk/audit/")
    assert len(first.context["found"].rows) == 50
    assert "<b>Eero</b>" not in first.content.decode()
    assert len(client.get("/desk/audit/", {"before": first.context["found"].more}).context["found"].rows) == 11
    for wish, count in (({"by": house.ville.pk}, 1), ({"verb": "line.changed", "q": "Line 59"}, 1), ({"since": "2031-02-31"}, 50)):
        assert len(client.get("/desk/audit/", wish).context["found"].rows) == count
    assert client.post("/desk/audit/", {"verb": "x"}).status_code in (200, 405)
