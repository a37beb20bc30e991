"""The writing screens as the server answers them: drafts, previews for a person, approval, comments, a test to oneself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from tests.cast import Cast

from lanka.content.models import Template, Version

TEXT = {
    "fi": {"subject": "Hei", "preview": "P", "short": "", "blocks": [{"id": "t", "kind": "text", "text": "Hei {{ person.first_name }}"}]}
}


@pytest.fixture
def template(story: Cast) -> Template:
    return Template.objects.create(key="offer", name="Offer", brand=story.brand, draft=TEXT)


@pytest.fixture
def ben(story: Cast, sit: Callable[..., Client]) -> Client:
    return sit(story.ben)


def keep(client: Client, template: Template, texts: Any, **more: Any) -> Any:
    body = json.dumps({"texts": texts, "seen": template.draft_at.isoformat(), **more})
    return client.post(f"/desk/writing/{template.pk}/draft/", body, content_type="application/json")


def test_a_draft_is_kept_and_a_second_writer_hears_of_it(template: Template, ben: Client) -> None:
    assert keep(ben, template, {"fi": {**TEXT["fi"], "subject": "Uusi"}}).status_code == 200
    late = keep(ben, template, TEXT)
    assert late.status_code == 409 and late.json()["texts"]["fi"]["subject"] == "Uusi" and late.json()["by"] == "Ben Lindqvist"
    assert keep(ben, template, TEXT, over=True).status_code == 200
    assert Version.objects.get(template=template).texts["fi"]["subject"] == "Uusi"


def test_nonsense_is_no_draft(template: Template, ben: Client) -> None:
    for texts in ({"fi": {"blocks": [{"id": "a", "kind": "film"}]}}, {"fi": {"subject": 1}}, {"../x": {"blocks": []}}):
        answer = keep(ben, template, texts)
        assert answer.status_code == 422 and answer.json()["faults"][0]["words"]
    assert ben.post(f"/desk/writing/{template.pk}/draft/", "{", content_type="application/json").status_code == 422


def test_every_channel_shows_it_for_a_real_person(story: Cast, template: Template, ben: Client) -> None:
    page = ben.get(f"/desk/writing/{template.pk}/looks/", {"language": "fi", "person": story.piotr.pk}).content.decode()
    assert page.count("data-shape=") == 4 and f"Hei {story.piotr.name.split()[0]}" in page
    look = ben.get(f"/desk/writing/{template.pk}/look/", {"line": story.lines["email"].pk, "dark": ""})
    assert "Hei Maija" in look.content.decode() and "@media all{.ground" in look.content.decode()
    assert "sandbox" in look["Content-Security-Policy"] and "script-src" not in look["Content-Security-Policy"]
    assert ben.get(f"/desk/writing/{template.pk}/look/", {"line": story.lines["letter"].pk})["Content-Type"].startswith(
        ("image/", "application/")
    )
    assert ben.get(f"/desk/writing/{template.pk}/look/", {"line": 0}).status_code == 404


def test_another_approves(story: Cast, template: Template, ben: Client, sit: Callable[..., Client]) -> None:
    assert "Version 1" in ben.post(f"/desk/writing/{template.pk}/ask/").content.decode()
    version = template.versions.get()
    assert ben.post(f"/desk/writing/version/{version.pk}/approve/").status_code == 422
    assert sit(story.aino).post(f"/desk/writing/version/{version.pk}/approve/").status_code == 403
    assert sit(story.ville).post(f"/desk/writing/version/{version.pk}/approve/").status_code == 200
    version.refresh_from_db()
    assert version.approved_by == story.ville


def test_a_comment_at_a_block_and_settled(story: Cast, template: Template, sit: Callable[..., Client]) -> None:
    ville = sit(story.ville)
    said = ville.post(f"/desk/writing/{template.pk}/remark/", {"text": "Lyhyemmin", "language": "fi", "block": "t"})
    assert "Lyhyemmin" in said.content.decode() and 'data-block="t"' in said.content.decode()
    ville.post(f"/desk/writing/remark/{template.remarks.get().pk}/done/")
    assert template.remarks.get().done_at
    assert ville.post(f"/desk/writing/{template.pk}/remark/", {"text": " "}).status_code == 422


def test_a_test_goes_to_oneself(template: Template, ben: Client) -> None:
    sent = ben.post(f"/desk/writing/{template.pk}/test/?language=fi")
    assert sent.status_code == 204 and "ben.lindqvist@pyorapolku.example" in sent["HX-Trigger"]


def test_a_picture_goes_in_and_comes_out(story: Cast, template: Template, ben: Client) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "#228844").save(out, "PNG")
    out.seek(0)
    out.name = "p.png"
    told = ben.post("/desk/writing/picture/", {"file": out}).json()
    assert (told["width"], told["height"]) == (40, 20)
    assert ben.get(f"/desk/writing/picture/{told['file']}/")["Content-Type"] == "image/jpeg"
    assert ben.get(f"/desk/writing/picture/{'a' * 64}/").status_code == 404
    blocks = [{"id": "p", "kind": "picture", "file": told["file"], "alt": "Pyörä", "width": 40, "height": 20}]
    Template.objects.filter(pk=template.pk).update(draft={"fi": {"subject": "S", "blocks": blocks}})
    look = ben.get(f"/desk/writing/{template.pk}/look/", {"line": story.lines["email"].pk}).content.decode()
    assert "data:image/jpeg;base64," in look and "cid:" not in look


def test_new_copied_renamed_and_put_aside(template: Template, ben: Client) -> None:
    made = ben.post("/desk/writing/new/", {"name": "Winter"})
    assert made.status_code == 302 and ben.get(made.url).status_code == 200
    assert ben.post("/desk/writing/new/", {"name": " "}).status_code == 422
    copy = ben.post(f"/desk/writing/{template.pk}/copy/")
    assert Template.objects.get(pk=int(copy.url.split("/")[-2])).draft == TEXT
    ben.post(f"/desk/writing/{template.pk}/name/", {"name": "Spring"})
    ben.post(f"/desk/writing/{template.pk}/retire/")
    assert "Spring" not in ben.get("/desk/writing/").content.decode() and "Spring" in ben.get("/desk/writing/?retired=1").content.decode()
