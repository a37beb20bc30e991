"""The tour: five steps that show a newcomer the point of it all, both sides on one screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lanka.core.clock import now
from lanka.town.look import looked
from lanka.town.models import Dweller
from lanka.town.tour.story import MAIJA, Story

STARTED = "town.tour"


def story_of(request: HttpRequest) -> Story:
    """It begins when somebody first opens it; kept in the browser's session."""
    if STARTED not in request.session:
        request.session[STARTED] = now().isoformat()
    return Story(get_object_or_404(Dweller, number=MAIJA), datetime.fromisoformat(request.session[STARTED]))


def texts() -> list[tuple[str, dict[str, str]]]:
    """The title of each step, and what to do for each of its parts."""
    return [
        (_("Maija asks"), {
            "asked": _("In her browser, open the chat and ask: “Hei! Milloin tilaamani Kuura saapuu?” The desk shows it at once."),
        }),
        (_("She leaves, the answer follows"), {
            "answered": _("Take her to her mailbox: the shop’s page is closed. Then answer at the desk, by email or by chat."),
            "mailed": _("She is not there, so the answer reaches her by mail. From the chat it follows a minute after she has gone."),
        }),
        (_("She answers the mail"), {
            "back": _("Open the mail and answer it. Same thread, and the visitor and the customer of two years are now one person."),
        }),
        (_("She walks in"), {
            "visit": _("Let her walk to the Kamppi shop with her card. The agent sees it in the same thread."),
            "text": _("At the desk, choose SMS and answer. Her phone rings."),
        }),
        (_("And a letter"), {
            "letter": _("At the desk, choose Letter, look at the preview and send. The print house fetches it."),
            "posted": _("A few seconds later it is printed, posted, and in her letterbox."),
        }),
    ]  # fmt: skip


def places(story: Story) -> list[tuple[str, str, str]]:
    """For each step: where Maija goes, in words, and where the agent looks."""
    desk = f"/desk/conversation/{story.conversation}/" if story.conversation else "/desk/"
    named = [
        ("web", _("The web shop")),
        ("mail", _("Her mailbox")),
        ("mail", _("Her mailbox")),
        ("walk", _("Walk")),
        ("letters", _("Her letterbox")),
    ]
    return [(reverse(f"town:{name}", args=[MAIJA]), words, desk) for name, words in named]


def context(request: HttpRequest) -> dict[str, Any]:
    story = story_of(request)
    done = story.done
    rows: list[dict[str, Any]] = []
    for number, ((title, words), parts, (place, place_name, desk)) in enumerate(zip(texts(), story.parts, places(story), strict=True)):
        rows.append({
            "title": title, "done": number < done, "now": number == done, "place": place, "place_name": place_name, "desk": desk,
            "parts": [{"words": words[name], "done": happened} for name, happened in parts],
        })  # fmt: skip
    state = "".join("1" if part["done"] else "0" for row in rows for part in row["parts"])
    return {"steps": rows, "done": done, "state": state, "finished": done == len(rows), "maija": MAIJA}


@require_GET
@looked
def tour(request: HttpRequest) -> HttpResponse:
    return render(request, "town/tour/tour.html", context(request))


@require_GET
@looked
def steps(request: HttpRequest) -> HttpResponse:
    told = context(request)
    if request.GET.get("state") == told["state"]:
        return HttpResponse(status=204)
    return render(request, "town/tour/steps.html", told)


@require_POST
@looked
def again(request: HttpRequest) -> HttpResponse:
    request.session[STARTED] = now().isoformat()
    return redirect("town:tour")
