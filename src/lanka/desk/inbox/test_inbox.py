"""The inbox: what is in each view, page by page, and what one does with it."""

import json
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import crowd

from lanka.conversations.models import Conversation, State
from lanka.conversations.note import note
from lanka.desk import live
from lanka.desk.inbox import query, search
from lanka.desk.inbox.snooze import presets


def said(response, name="toast"):
    return json.loads(response.headers.get("HX-Trigger", "{}")).get(name)


def names(response):
    return [row.customer.name for row in response.context["page"].rows]


def test_mine_holds_what_is_mine_and_open(story, aino):
    response = aino.get("/desk/inbox/mine/")
    assert "Maija Laine" in names(response) and "Piotr Kowalski" not in names(response)
    assert "Piotr Kowalski" in names(aino.get("/desk/inbox/unassigned/"))
    assert names(aino.get("/desk/inbox/closed/")) == ["Anna Söderholm"]
    assert names(aino.get(f"/desk/inbox/team-{story.krakow.pk}/")) == ["Piotr Kowalski"]
    assert aino.get("/desk/inbox/nonsense/").status_code == 404
    assert aino.get("/desk/inbox/team-77/").status_code == 404


def test_the_beginning_is_ones_own_inbox_or_what_the_role_is_for(story, sit):
    assert sit(story.aino).get("/desk/").url == "/desk/inbox/mine/"
    assert sit(story.ben).get("/desk/").url == "/desk/person/"
    assert sit(story.ben).get("/desk/inbox/mine/").status_code == 403


def test_pages_follow_each_other_without_a_gap(story, aino):
    crowd(story, 90)
    seen, before = [], ""
    while True:
        page = aino.get("/desk/inbox/all/rows/", {"before": before}).context["page"]
        seen += [row.pk for row in page.rows]
        before = page.more
        if not before:
            break
    wanted = Conversation.objects.filter(state=State.OPEN).order_by("-last_at", "-pk").values_list("pk", flat=True)
    assert seen == list(wanted)


def test_equal_moments_are_not_lost_between_pages(story):
    crowd(story, 10)
    Conversation.objects.update(last_at=timezone.now())
    rows = Conversation.objects.all()
    first = query.page(rows, size=6)
    rest = query.page(rows, first.more, size=50)
    assert len({row.pk for row in [*first.rows, *rest.rows]}) == rows.count()


def test_an_inbox_page_asks_the_database_little(story, aino):
    crowd(story, 60)
    aino.get("/desk/inbox/all/")
    with CaptureQueriesContext(connection) as asked:
        aino.get("/desk/inbox/all/")
    assert len(asked) <= 12


def test_counts_stop_at_99(story):
    crowd(story, 150)
    Conversation.objects.update(assignee=None, state=State.OPEN)
    assert query.capped(query.counts(story.aino)["unassigned"]) == "99+"
    assert query.capped(0) == "" and query.capped(7) == "7"


def test_a_shared_address_opens_where_the_conversation_is(story, aino, sit):
    assert aino.get(f"/desk/conversation/{story.parcel.pk}/").url == f"/desk/inbox/mine/{story.parcel.pk}/"
    assert sit(story.ville).get(f"/desk/conversation/{story.parcel.pk}/").url == f"/desk/inbox/all/{story.parcel.pk}/"


def test_htmx_gets_the_conversation_alone_a_browser_the_whole_page(story, aino):
    url = f"/desk/inbox/mine/{story.parcel.pk}/"
    assert b"<html" in aino.get(url).content
    part = aino.get(url, headers={"HX-Request": "true"})
    assert b"<html" not in part.content and b"lanka-thread" in part.content


def test_close_and_undo(story, aino):
    response = aino.post(f"/desk/conversation/{story.parcel.pk}/close/")
    assert said(response)["undo"] == f"/desk/conversation/{story.parcel.pk}/reopen/"
    assert said(response, "changed") == {"ids": [story.parcel.pk]}
    story.parcel.refresh_from_db()
    assert story.parcel.state == State.CLOSED
    aino.post(said(response)["undo"])
    story.parcel.refresh_from_db()
    assert story.parcel.state == State.OPEN


def test_assign_to_me_to_a_team_and_to_nobody(story, aino):
    pk = story.creak.pk
    for to, assignee, team in (
        ("me", story.aino, story.krakow),
        (f"team-{story.helsinki.pk}", None, story.helsinki),
        ("nobody", None, story.helsinki),
    ):
        aino.post(f"/desk/conversation/{pk}/assign/", {"to": to})
        story.creak.refresh_from_db()
        assert (story.creak.assignee, story.creak.team) == (assignee, team)


def test_snooze_lies_ahead_or_is_refused_in_words(story, aino):
    url = f"/desk/conversation/{story.parcel.pk}/snooze/"
    assert aino.post(url, {"until": (timezone.now() - timedelta(hours=1)).isoformat()}).status_code == 422
    assert said(aino.post(url, {"until": ""}))["tone"] == "bad"
    aino.post(url, {"until": presets()[0].at.isoformat()})
    story.parcel.refresh_from_db()
    assert story.parcel.state == State.SNOOZED


def test_presets_lie_ahead_in_order():
    found = [preset.at for preset in presets()]
    assert found == sorted(found) and all(at > timezone.now() for at in found) and len(found) == len(set(found))


def test_many_at_once_needs_the_right(story, aino, sit):
    ids = f"{story.parcel.pk} {story.creak.pk}"
    assert aino.post("/desk/bulk/close/", {"ids": ids}).status_code == 403
    assert sit(story.ville).post("/desk/bulk/close/", {"ids": ids}).status_code == 204
    assert Conversation.objects.filter(state=State.CLOSED, pk__in=[story.parcel.pk, story.creak.pk]).count() == 2


def test_tags_and_fields(story, aino):
    url = f"/desk/conversation/{story.parcel.pk}/"
    aino.post(url + "tag/", {"add": ["Huolto", ""], "remove": "delivery"})
    aino.post(url + "field/", {"name": "Frame", "value": "56 cm"})
    assert aino.post(url + "field/", {"name": "", "value": "x"}).status_code == 422
    story.parcel.refresh_from_db()
    assert story.parcel.tags == ["huolto"] and story.parcel.fields == {"Frame": "56 cm"}


def test_join_two_conversations_and_part_them(story, aino):
    other = story.creak
    response = aino.post(f"/desk/conversation/{story.parcel.pk}/join/", {"other": other.pk})
    assert said(response)["undo"] == f"/desk/conversation/{other.pk}/part/"
    thread = aino.get(f"/desk/conversation/{story.parcel.pk}/events/?after=0").content.decode()
    assert "rower stuka" in thread
    assert aino.get(f"/desk/inbox/all/{other.pk}/").context["conversation"].pk == story.parcel.pk
    aino.post(said(response)["undo"])
    other.refresh_from_db()
    assert other.merged_into is None and other.state == State.OPEN


def test_a_row_holds_nothing_of_the_viewer(story):
    html = live.render([f"conversation:{story.parcel.pk}", "inbox", "conversation:0"])
    assert list(html) == [f"conversation:{story.parcel.pk}"]
    row = html[f"conversation:{story.parcel.pk}"]
    assert f'id="row-{story.parcel.pk}"' in row and 'data-state="open"' in row and f'data-assignee="{story.aino.pk}"' in row
    assert "unread" not in row and "/inbox/" not in row


def test_mentions_come_and_go(story, aino, sit):
    note(story.creak, by=story.aino, text="@Ville katsotko?")
    ville = sit(story.ville)
    assert names(ville.get("/desk/inbox/mentions/")) == ["Piotr Kowalski"]
    ville.get(f"/desk/inbox/mentions/{story.creak.pk}/")
    assert names(ville.get("/desk/inbox/mentions/")) == []


def test_search_finds_people_numbers_and_words(story, aino):
    for words, name in (
        ("Kowal", "Piotr Kowalski"),
        ("noudettavissa", "Maija Laine"),
        ("PP-20931", "Maija Laine"),
        ("reklamaatio", "Helvi Rautio"),
    ):
        assert name in names(aino.get("/desk/inbox/search/", {"q": words})), words
    assert names(aino.get("/desk/inbox/search/", {"q": "x"})) == []
    assert names(aino.get("/desk/inbox/search/", {"q": "tsquery ' & ! ("})) == []


def test_menus_open(story, aino):
    for url in ("assign", "snooze", "tag"):
        assert aino.get(f"/desk/menu/{url}/?conversation={story.parcel.pk}").status_code == 200
        assert aino.get(f"/desk/menu/{url}/").status_code == 200
    assert aino.get(f"/desk/menu/join/{story.parcel.pk}/").status_code == 200


def test_a_word_in_very_many_messages_is_walked_page_by_page(story, aino, monkeypatch):
    crowd(story, 60)
    monkeypatch.setattr(search, "BROAD", -1)
    monkeypatch.setattr(search, "STRETCH", 25)
    seen, before, pages = [], "", 0
    while True:
        page = aino.get("/desk/inbox/search/rows/", {"q": "punktering", "before": before}).context["page"]
        seen += [row.pk for row in page.rows]
        before, pages = page.more, pages + 1
        if not before:
            break
    assert pages > 2 and sorted(seen) == sorted(Conversation.objects.filter(preview__contains="punktering").values_list("pk", flat=True))
