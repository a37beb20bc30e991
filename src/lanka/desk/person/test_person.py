"""The person: one thread over everything, strands that join and part, questions that are decided once."""

import json

from lanka.customers.models import Alias, Link, NoLink, Review
from lanka.decide.reach import bases_of
from lanka.desk.person.views import thread_of
from lanka.timeline.models import Event


def said(response):
    return json.loads(response.headers["HX-Trigger"])


ALL = {"channel": "", "kind": ""}


def test_the_page_shows_everything_newest_first(story, aino):
    html = aino.get(f"/desk/person/{story.maija.pk}/").content.decode()
    for words in ("PP-20931", "Kuura 54 cm", "Lönnrotinkatu 5 B 12", "tried Kuura", "Milloin tilaamani"):
        assert words in html
    found = [k.event.at for k in thread_of(bases_of(story.maija.pk), ALL).knots]
    assert found == sorted(found, reverse=True)


def test_another_base_leads_to_the_person(story, aino):
    visitor = Alias.objects.get(root=story.maija).customer
    assert aino.get(f"/desk/person/{visitor.pk}/").url == f"/desk/person/{story.maija.pk}/"


def test_filters_by_channel_and_kind(story, aino):
    chat = aino.get(f"/desk/person/{story.maija.pk}/", {"channel": "chat"}).context["stretch"].knots
    assert {k.event.channel for k in chat} == {"chat"}
    notes = aino.get(f"/desk/person/{story.maija.pk}/", {"kind": "notes"}).context["stretch"].knots
    assert {k.event.kind for k in notes} == {"note"}


def test_before_the_merge_there_are_two_strands(story):
    found = thread_of(bases_of(story.maija.pk), ALL).knots
    chat = next(k for k in found if k.event.text == "Tilaus 48213")
    mail = next(k for k in found if k.event.text.startswith("Kiitos"))
    assert (chat.strand, chat.strands) == (1, 2) and (mail.strand, mail.strands) == (0, 1)


def test_a_merge_is_undone_and_the_undo_too(story, aino):
    link = Link.objects.get(rule="proven-address")
    response = aino.post(f"/desk/person/unmerge/{link.pk}/")
    assert response.status_code == 204 and bases_of(story.maija.pk) == [story.maija.pk]
    assert Event.objects.filter(kind="person.unmerged").exists()
    assert aino.post(f"/desk/person/unmerge/{link.pk}/").status_code == 422
    aino.post(said(response)["toast"]["undo"])
    assert len(bases_of(story.maija.pk)) == 2


def test_perhaps_the_same_is_decided_here(story, aino):
    review = Review.objects.get()
    html = aino.get(f"/desk/person/{story.piotr.pk}/side/").content.decode()
    assert "Perhaps the same person" in html and "P. Kowalski" in html
    response = aino.post(f"/desk/person/review/{review.pk}/", {"decided": "same"})
    assert len(bases_of(story.piotr.pk)) == 2 and "undo" in said(response)["toast"]
    assert aino.post(f"/desk/person/review/{review.pk}/", {"decided": "different"}).status_code == 422


def test_different_is_remembered(story, aino):
    aino.post(f"/desk/person/review/{Review.objects.get().pk}/", {"decided": "different"})
    assert NoLink.objects.count() == 1 and len(bases_of(story.piotr.pk)) == 1


def test_who_may_not_edit_may_not_merge(story, sit):
    ben = sit(story.ben)
    assert ben.get(f"/desk/person/{story.maija.pk}/").status_code == 200
    assert ben.post(f"/desk/person/{story.maija.pk}/merge/", {"other": story.anna.pk}).status_code == 403


def test_we_write_first(story, aino):
    response = aino.post("/desk/conversation/new/", {"customer": story.helvi.pk})
    assert "/desk/inbox/mine/" in response.url


def test_people_are_found(story, aino):
    assert "Maija Laine" in aino.get("/desk/person/", {"q": "laine"}).content.decode()
    everybody = aino.get("/desk/person/").content.decode()
    assert "Perhaps the same person" in everybody and "P. Kowalski" in everybody
    assert "Piotr Kowalski" in aino.get("/desk/find/", {"q": "601 555 017"}).content.decode()
    assert "Nobody found" in aino.get("/desk/find/person/", {"q": "zzzz"}).content.decode()


def test_facts_stand_side_by_side_with_their_sources(story, aino):
    assert aino.post(f"/desk/person/{story.maija.pk}/fact/", {"kind": "", "value": "x"}).status_code == 422
    aino.post(f"/desk/person/{story.maija.pk}/fact/", {"kind": "note", "value": "Soita aamulla"})
    html = aino.get(f"/desk/person/{story.maija.pk}/").content.decode()
    assert "Soita aamulla" in html and "from agent" in html and "from shop" in html
