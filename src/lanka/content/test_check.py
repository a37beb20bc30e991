"""What is found before it is sent."""

import pytest

from lanka.content.check import findings
from lanka.content.differ import changes
from lanka.content.uses import uses

pytestmark = pytest.mark.django_db


def text(words="Hei", subject="Aihe", **block):
    return {"fi": {"subject": subject, "preview": "P", "blocks": [{"id": "t", "kind": "text", "text": words, **block}]}}


def wrong(texts, people=()):
    return [(one.block, one.field, one.words) for one in findings(texts, people, languages=["fi"]) if one.level == "wrong"]


def look(texts, people=()):
    return [one.words for one in findings(texts, people, languages=["fi", "sv"]) if one.level == "look"]


def test_a_good_text_has_nothing_wrong():
    assert findings(text(), languages=["fi"]) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{{ person.frist_name }}", "There is no field"),
        ("{{ person.first_name", "cannot be read"),
        ("{% if person.city %}x", "cannot be read"),
        ("{{ person.first_name | append: 'x' }}", "cannot be read"),
        ("[x](http://pp.example)", "no safe address"),
        ("[x](javascript:alert)", "no safe address"),
    ],
)
def test_what_is_wrong_with_words(words, found):
    assert any(found in one[2] for one in wrong(text(words)))


def test_a_field_that_somebody_lacks_is_found_before_they_do():
    maija, nobody = {"person": {"first_name": "Maija"}}, {"person": {"first_name": ""}}
    assert wrong(text("Hei {{ person.first_name }}"), [maija]) == []
    assert "missing for 2 people" in wrong(text("Hei {{ person.first_name }}"), [maija, nobody, nobody])[0][2]
    assert wrong(text("{% if person.first_name %}Hei {{ person.first_name }}{% endif %}"), [nobody]) == []
    assert wrong(text("Hei {{ person.first_name | default: 'sinä' }}"), [nobody]) == []


def test_languages_and_blocks_that_are_missing():
    two = text()
    two["sv"] = {"subject": "Ämne", "preview": "P", "blocks": [{"id": "x", "kind": "text", "text": "Hej"}]}
    assert any("Not written yet" in words for words in look(text()))
    assert any("block is missing" in words for words in look(two))


def test_a_picture_needs_words_and_a_button_an_address():
    blocks = [{"id": "p", "kind": "picture", "file": "a" * 64}, {"id": "b", "kind": "button", "label": "", "url": ""}]
    found = wrong({"fi": {"subject": "S", "preview": "P", "blocks": blocks}})
    assert {(block, field) for block, field, _words in found} == {("p", "alt"), ("b", "label"), ("b", "url")}


def test_what_filters_mistrust():
    found = look(text("[https://bank.example](https://evil.example/x)", subject="RE: ILMAINEN PYÖRÄ HETI NYT!!"))
    assert sum(any(part in words for words in found) for part in ("shouts", "exclamation", "looks like an answer", "leads to another")) == 4


def test_which_fields_a_text_uses():
    found = uses("{% for line in order.lines %}{{ line.name }}{% endfor %}{% unless a.b %}{{ c.d }}{% endunless %}")
    assert {(use.path, use.safe) for use in found} == {("order.lines", True), ("order.lines.name", True), ("a.b", True), ("c.d", False)}


def test_changes_word_by_word():
    found = changes(text("Hei kaunis maailma"), text("Hei uusi maailma", when="person.city"))
    assert [(one.field, one.words) for one in found] == [
        ("text", [("same", "Hei "), ("gone", "kaunis"), ("new", "uusi"), ("same", " maailma")]),
        ("when", [("new", "person.city")]),
    ]
