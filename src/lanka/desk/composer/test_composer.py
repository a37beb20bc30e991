"""The composer: ways with their reasons, drafts, files, answers, measures; an answer that is refused keeps its words."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.stub_channels import PIXEL

from lanka.conversations.models import Draft, State
from lanka.deliver.models import Delivery
from lanka.desk.composer import upload
from lanka.timeline.models import Event


def page(aino, row):
    return aino.get(f"/desk/inbox/mine/{row.pk}/").content.decode()


def mode(story, kind, address):
    return f"{story.lines[kind].pk}:{address}"


def test_open_ways_first_the_closed_ones_with_their_reason(story, aino):
    html = page(aino, story.parcel)
    assert "they wrote there last" in html
    assert 'value="note"' in html and "not online now" in html and "<s>" in html
    assert html.index('value="note"') < html.index("not online now")


def test_an_answer_goes_out_once_however_often_it_is_posted(story, aino):
    data = {"text": "Totta kai!", "mode": mode(story, "email", "maija.laine@example.fi"), "key": "k-1", "subject": "Huolto"}
    for _time in range(2):
        assert aino.post(f"/desk/conversation/{story.parcel.pk}/reply/", data).status_code == 204
    assert Event.objects.filter(kind="message.out", text="Totta kai!").count() == 1
    assert Delivery.objects.filter(event__text="Totta kai!").count() == 1


def test_send_and_close(story, aino):
    data = {"text": "Valmis!", "mode": mode(story, "sms", "+358405550134"), "then": "close"}
    aino.post(f"/desk/conversation/{story.parcel.pk}/reply/", data)
    story.parcel.refresh_from_db()
    assert story.parcel.state == State.CLOSED


def test_what_cannot_be_sent_is_refused_in_words(story, aino):
    url = f"/desk/conversation/{story.parcel.pk}/reply/"
    for data in (
        {"text": "", "mode": "note"},
        {"text": "x", "mode": ""},
        {"text": "x" * 2000, "mode": mode(story, "sms", "+358405550134")},
        {"text": "x", "mode": "777:a"},
    ):
        response = aino.post(url, data)
        assert response.status_code == 422 and len(response.content) > 10, data
    assert not Event.objects.filter(text="x").exists()


def test_a_note_stays_in_the_house(story, aino):
    before = Delivery.objects.count()
    aino.post(f"/desk/conversation/{story.parcel.pk}/reply/", {"text": "@Ville?", "mode": "note"})
    assert Event.objects.filter(kind="note", text="@Ville?").exists() and Delivery.objects.count() == before


def test_a_draft_is_kept_and_comes_back(story, aino, sit):
    url = f"/desk/conversation/{story.parcel.pk}/draft/"
    aino.post(url, {"text": "Kesken", "mode": "note", "files": "[]"})
    assert "Kesken" in page(aino, story.parcel)
    assert "Kesken" not in page(sit(story.ville), story.parcel)
    aino.post(url, {"text": " ", "mode": "note", "files": "[]"})
    assert not Draft.objects.exists()


def test_files_belong_to_who_uploaded_them(story, aino, sit):
    url = f"/desk/conversation/{story.parcel.pk}/"
    kept = aino.post(url + "upload/", {"file": SimpleUploadedFile("../ku<va>.png", PIXEL, "text/html")}).json()
    assert kept["name"] == "kuva.png" and kept["content_type"] == "image/png"
    assert aino.get(f"{url}draft/{kept['sha256']}/").status_code == 200
    ville = sit(story.ville)
    assert ville.get(f"{url}draft/{kept['sha256']}/").status_code == 404
    ville.post(url + "reply/", {"text": "x", "mode": mode(story, "email", "maija.laine@example.fi"), "files": json.dumps([kept])})
    assert Event.objects.get(text="x").data["files"] == []
    aino.post(url + "reply/", {"text": "y", "mode": mode(story, "email", "maija.laine@example.fi"), "files": json.dumps([kept])})
    assert Event.objects.get(text="y").data["files"][0]["sha256"] == kept["sha256"]


def test_a_file_that_is_too_large_is_refused_in_words(story, aino, monkeypatch):
    monkeypatch.setattr(upload, "LIMIT", 10)
    response = aino.post(f"/desk/conversation/{story.parcel.pk}/upload/", {"file": SimpleUploadedFile("a.pdf", b"x" * 20)})
    assert response.status_code == 422 and "too large" in response.content.decode()
    assert aino.post(f"/desk/conversation/{story.parcel.pk}/upload/").status_code == 422


def test_the_length_and_the_price(story, aino):
    told = aino.get("/desk/measure/", {"line": story.lines["sms"].pk, "text": "x" * 161}).json()
    assert told == {"parts": 2, "left": 145, "note": "GSM-7", "cost": 14, "currency": "EUR"}
    assert aino.get("/desk/measure/", {"line": 999, "text": "x"}).status_code == 404


def test_a_letter_is_seen_before_it_is_printed(story, aino):
    address = "Maija Laine\nLönnrotinkatu 5 B 12\n00120 HELSINKI\nFI"
    url, data = f"/desk/conversation/{story.parcel.pk}/preview/", {"text": "Hei", "mode": mode(story, "letter", address)}
    response = aino.post(url, data)
    assert response["Content-Type"] == "image/png"
    assert aino.post(url, {**data, "mode": mode(story, "email", "maija.laine@example.fi")}).status_code == 422


def test_the_answer_book_speaks_the_customers_language(story, aino):
    html = aino.get("/desk/answers/", {"conversation": story.parcel.pk, "q": "opening"}).content.decode()
    assert "Hei Maija! Kampin myymälä" in html and "Aino Virtanen" in html
    html = aino.get("/desk/answers/", {"conversation": story.creak.pk, "q": "velociraptor"}).content.decode()
    assert "No such answer" in html


def test_a_note_calls_colleagues_by_name(story, aino):
    html = aino.get("/desk/answers/", {"conversation": story.parcel.pk, "q": "kor", "at": "1"}).content.decode()
    assert 'data-answer="@Ville Korhonen "' in html and "Katarzyna" not in html
