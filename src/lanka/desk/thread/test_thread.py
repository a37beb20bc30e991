"""The thread: order, words, receipts, files and mail as they were sent."""

from datetime import timedelta

from django.utils import timezone
from tests.cast import event

from lanka.core import files
from lanka.deliver.models import Delivery
from lanka.desk.templatetags.desk import file_slug, talk
from lanka.desk.thread import knots
from lanka.desk.thread.mail import clean
from lanka.timeline.models import Event

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def test_the_thread_tells_the_whole_story_in_order(story):
    found = knots.stretch(knots.story(story.parcel)).knots
    assert [k.event.at for k in found] == sorted(k.event.at for k in found)
    kinds = [k.event.kind for k in found]
    assert kinds[0] == "visit" and "person.merged" in kinds and kinds[-1] == "note"
    assert not [kind for kind in kinds if kind.startswith("receipt.")]
    assert [k.shape for k in found if k.event.kind == "message.out"] == ["out", "out"]


def test_messages_close_together_hang_together_and_days_are_told_once(story):
    found = knots.stretch(knots.story(story.parcel)).knots
    second = next(k for k in found if k.event.text == "Tilaus 48213")
    assert second.joined
    days = [k.day for k in found if k.day]
    assert len(days) == len(set(days)) >= 2


def test_older_events_load_upward(story, aino):
    t = timezone.now() + timedelta(seconds=1)
    for n in range(130):
        event(
            story.maija,
            "message.in",
            t + timedelta(seconds=n),
            channel="email",
            into=story.parcel,
            line_id=story.lines["email"].pk,
            text=f"n{n}",
        )
    stretch = knots.stretch(knots.story(story.parcel))
    seen = [k.event.pk for k in stretch.knots]
    while stretch.older:
        response = aino.get(f"/desk/conversation/{story.parcel.pk}/events/", {"before": stretch.older})
        stretch = knots.Stretch(response.context["knots"], response["X-Older"])
        seen = [k.event.pk for k in stretch.knots] + seen
    assert seen == list(knots.story(story.parcel).order_by("at", "pk").values_list("pk", flat=True))


def test_news_are_what_came_after_and_messages_whose_receipts_did(story, aino):
    last = Event.objects.order_by("-pk").first().pk
    out = Event.objects.filter(kind="message.out", channel="email").first()
    event(story.maija, "receipt.read", timezone.now(), channel="email", into=story.parcel, about_id=out.pk)
    new = event(story.maija, "message.in", timezone.now(), channel="sms", into=story.parcel, text="Hei taas")
    response = aino.get(f"/desk/conversation/{story.parcel.pk}/events/?after={last}")
    assert {k.event.pk for k in response.context["knots"]} == {out.pk, new.pk}
    assert int(response["X-Last"]) == new.pk


def test_ticks_say_what_became_of_it(story, aino):
    page = aino.get(f"/desk/inbox/mine/{story.parcel.pk}/").content.decode()
    assert "tick read" in page and "tick there" in page
    failed = Delivery.objects.get(state="failed")
    page = aino.get(f"/desk/inbox/mine/{failed.event.conversation_id}/").content.decode()
    assert "not delivered" in page and "the number is not in use" in page


def test_words_cannot_become_code():
    html = talk('<script>alert(1)</script> <b onclick="x">@Ville</b> https://a.example/?x="><script>')
    assert "<script" not in html and "<b onclick" not in html
    assert 'target="_blank"' in html and "noreferrer" in html


def test_html_mail_is_cleaned_and_shown_apart(story, aino):
    nasty = '<p onmouseover="x()">Hei</p><script>1</script><img src="https://spy.example/p.gif">'
    nasty += '<a href="javascript:1">x</a><form action="/"><input></form>'
    blob = files.keep(nasty.encode(), "text/html")
    mail = event(story.maija, "message.in", timezone.now(), channel="email", into=story.parcel, text="", data={"html_blob": blob})
    response = aino.get(f"/desk/mail/{mail.pk}/")
    page, policy = response.content.decode(), response["Content-Security-Policy"]
    assert "Hei" in page and "onmouseover" not in page and "<script" not in page and "javascript:" not in page and "<form" not in page
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy and "https:" not in policy
    assert "https:" in aino.get(f"/desk/mail/{mail.pk}/?pictures")["Content-Security-Policy"]
    assert aino.get("/desk/mail/999999/").status_code == 404
    assert "position" not in clean('<p style="position:fixed;color:red">x</p>')


def test_pictures_are_shown_by_what_they_are_everything_else_is_downloaded(story, aino):
    held = [
        {"name": "a.png", "content_type": "image/png", "size": len(PNG), "sha256": files.keep(PNG, "image/png")},
        {
            "name": "../../b.png\r\nx: y",
            "content_type": "image/png",
            "size": 9,
            "sha256": files.keep(b"<svg onload=1><script>1</script></svg>", "image/png"),
        },
    ]
    mail = event(story.maija, "message.in", timezone.now(), channel="email", into=story.parcel, text="x", data={"files": held})
    good, bad = aino.get(f"/desk/file/{mail.pk}/0/a.png"), aino.get(f"/desk/file/{mail.pk}/1/b.png")
    assert good["Content-Type"] == "image/png" and good["Content-Disposition"].startswith("inline")
    assert bad["Content-Type"] == "application/octet-stream" and bad["Content-Disposition"].startswith("attachment")
    for response in (good, bad):
        assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]
    assert aino.get(f"/desk/file/{mail.pk}/0/a.png?download")["Content-Disposition"].startswith("attachment")
    assert aino.get(f"/desk/file/{mail.pk}/7/a.png").status_code == 404
    assert file_slug("../../etc/päss wd") == "etc-päss-wd"
    assert aino.get(f"/desk/inbox/mine/{story.parcel.pk}/").status_code == 200
