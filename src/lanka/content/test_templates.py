"""A template's life: drafts that lose nothing, four eyes, versions that stay."""

import io

import pytest
from PIL import Image
from tests.cast import company

from lanka.content import picture
from lanka.content import template as templates
from lanka.content.again import again
from lanka.content.approve import NotYours, approve, approved, refuse
from lanka.content.ask import NotReady, ask
from lanka.content.draft import Overtaken, keep, mark, take_over
from lanka.content.models import Template
from lanka.content.prepare import prepare
from lanka.content.test_prepare import BRAND, MAIJA, MAIL
from lanka.core import files

pytestmark = pytest.mark.django_db
TEXT = {
    "fi": {"subject": "Hei", "preview": "", "short": "", "blocks": [{"id": "t", "kind": "text", "text": "Hei {{ person.first_name }}"}]}
}


@pytest.fixture
def house():
    return company()


def written(house, texts=TEXT):
    made = templates.make("Kesätarjous", house.brand, by=house.ben)
    return keep(made, texts, by=house.ben, seen=mark(Template.objects.get(pk=made.pk)))


def test_who_asked_cannot_approve_and_what_is_approved_stays(house):
    template = written(house)
    version = ask(template, by=house.ben)
    with pytest.raises(NotYours):
        approve(version, by=house.ben)
    assert approved(template.pk) is None
    approve(version, by=house.ville)
    assert approved(template.pk) == version
    with pytest.raises(NotYours):
        refuse(version, by=house.sanna, why="late")
    changed = {"fi": {**TEXT["fi"], "subject": "Toinen"}}
    second = ask(keep(template, changed, by=house.ben, seen=mark(Template.objects.get(pk=template.pk))), by=house.ben)
    version.refresh_from_db()
    assert (second.number, version.texts["fi"]["subject"], approved(template.pk)) == (2, "Hei", version)
    sent = prepare(version.texts, "fi", MAIL, BRAND).fill(MAIJA)
    assert again(version, "fi", MAIL, BRAND, MAIJA) == sent


def test_the_same_words_are_the_same_version_and_refused_words_are_not_asked_again(house):
    template = written(house)
    version = ask(template, by=house.ben)
    assert ask(template, by=house.ben) == version
    refuse(version, by=house.sanna, why="Liian lyhyt")
    with pytest.raises(NotReady):
        ask(template, by=house.ben)


def test_what_is_wrong_is_not_asked(house):
    broken = {"fi": {**TEXT["fi"], "subject": "{{ person.frist_name }}"}}
    with pytest.raises(NotReady, match="frist_name"):
        ask(written(house, broken), by=house.ben)


def test_two_who_write_at_once(house):
    template = written(house)
    seen = mark(template)
    keep(template, {"fi": {**TEXT["fi"], "subject": "Benin"}}, by=house.ben, seen=seen)
    with pytest.raises(Overtaken) as overtaken:
        keep(template, {"fi": {**TEXT["fi"], "subject": "Sannan"}}, by=house.sanna, seen=seen)
    assert overtaken.value.template.draft["fi"]["subject"] == "Benin"
    mine = take_over(template, {"fi": {**TEXT["fi"], "subject": "Sannan"}}, by=house.sanna)
    assert mine.draft["fi"]["subject"] == "Sannan" and template.versions.get().texts["fi"]["subject"] == "Benin"
    with pytest.raises(NotYours):
        approve(template.versions.get(), by=house.ville)


def test_a_copy_and_aside(house):
    template = written(house)
    copy = templates.copy(template, by=house.sanna)
    assert copy.draft == template.draft and copy.key != template.key
    assert templates.retire(template, by=house.ben).retired_at and templates.bring_back(template, by=house.ben).retired_at is None


def test_a_picture_is_made_smaller_and_forgets_where_it_was_taken():
    big = Image.new("RGB", (3000, 1500), "#228844")
    exif = big.getexif()
    exif[0x010E] = "Mannerheimintie 12"
    out = io.BytesIO()
    big.save(out, "JPEG", exif=exif)
    kept = picture.keep(out.getvalue())
    assert (kept.width, kept.height) == (1200, 600) and b"Mannerheim" not in files.read(kept.sha256)
    for nonsense in (b"", b"<svg onload=alert(1)>", out.getvalue()[:200]):
        with pytest.raises(picture.NotAPicture):
            picture.keep(nonsense)
