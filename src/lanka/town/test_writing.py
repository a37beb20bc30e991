"""The shop's own texts: in four languages, nothing wrong, and they can be said on every channel to anybody."""

import pytest

from lanka.channels.base import Capabilities
from lanka.content.check import findings
from lanka.content.compose import tokens
from lanka.content.fields import samples
from lanka.content.models import Template
from lanka.content.prepare import Links, prepare
from lanka.town.company import found
from lanka.town.writing import writing

CANS = [
    Capabilities(address="email", subject=True, html=True),
    Capabilities(address="phone", segmented=True),
    Capabilities(address="account", buttons=8),
    Capabilities(address="postal", paper=True),
]


@pytest.mark.django_db
def test_every_text_is_approved_and_can_be_said_everywhere():
    company = found()
    made = writing(company)
    assert set(made) == {"service", "shipped", "invoice", "welcome", "winter"}
    links = Links(confirm="https://pp.example/c", unsubscribe="https://pp.example/u")
    for template in Template.objects.all():
        version = template.versions.get()
        assert version.approved_by == company.staff["sanna"] and version.by == company.staff["ben"]
        assert set(version.texts) == {"fi", "sv", "pl", "en"}
        assert [one for one in findings(version.texts) if one.level == "wrong"] == []
        for language in version.texts:
            for can in CANS:
                assert prepare(version.texts, language, can, tokens(company.brand)).fill(samples(language), links).text


@pytest.mark.django_db
def test_who_has_no_name_and_no_bicycle_is_greeted_all_the_same():
    made = writing(found())
    for language in ("fi", "sv", "pl", "en"):
        for can in CANS:
            assert prepare(made["service"].draft, language, can, tokens(None)).fill({}).text
