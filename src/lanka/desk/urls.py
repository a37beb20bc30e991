"""Every route of the desk on one page, with the right beside it. Screens of other folders are included at the end."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from lanka.desk.channels import channels_css
from lanka.desk.composer import upload
from lanka.desk.composer import views as composer
from lanka.desk.inbox import actions, menus
from lanka.desk.inbox import views as inbox
from lanka.desk.palette import views as palette
from lanka.desk.patterns import views as patterns
from lanka.desk.person import choices as choosing
from lanka.desk.person import merging, privacy, why
from lanka.desk.person import views as person
from lanka.desk.preferences import views as preferences
from lanka.desk.shell import views as shell
from lanka.desk.thread import files, mail
from lanka.desk.thread import views as thread
from lanka.people.rights import needs

OPEN, READ, ANSWER, BULK = "desk.open", "conversations.read", "conversations.answer", "conversations.bulk"
SEE, EDIT = "customers.read", "customers.edit"


def at(route: str, view: Callable[..., Any], name: str, right: str) -> URLPattern:
    return path(route, needs(right)(view), name=name)


routes: list[URLPattern | URLResolver] = [
    at("", inbox.home, "desk", OPEN),
    # the inbox
    at("inbox/", inbox.home, "inbox-home", READ),
    at("inbox/<slug:view>/", inbox.inbox, "inbox", READ),
    at("inbox/<slug:view>/rows/", inbox.rows, "inbox-rows", READ),
    at("inbox/<slug:view>/<int:pk>/", inbox.inbox, "inbox-open", READ),
    at("counts/", inbox.counts, "counts", READ),
    # one conversation
    at("conversation/<int:pk>/", inbox.conversation, "conversation", READ),
    at("conversation/<int:pk>/row/", inbox.row, "conversation-row", READ),
    at("conversation/<int:pk>/events/", thread.events, "conversation-events", READ),
    at("conversation/<int:pk>/head/", actions.head_of, "conversation-head", READ),
    at("conversation/<int:pk>/seen/", actions.seen, "conversation-seen", READ),
    at("conversation/<int:pk>/close/", actions.do_close, "do-close", ANSWER),
    at("conversation/<int:pk>/reopen/", actions.do_reopen, "do-reopen", ANSWER),
    at("conversation/<int:pk>/snooze/", actions.do_snooze, "do-snooze", ANSWER),
    at("conversation/<int:pk>/assign/", actions.do_assign, "do-assign", ANSWER),
    at("conversation/<int:pk>/tag/", actions.do_tag, "do-tag", ANSWER),
    at("conversation/<int:pk>/field/", actions.do_field, "do-field", ANSWER),
    at("conversation/<int:pk>/join/", actions.do_join, "do-join", ANSWER),
    at("conversation/<int:pk>/part/", actions.do_part, "do-part", ANSWER),
    # many at once: the list posts `ids`; one alone needs no more than the right to answer
    at("bulk/close/", actions.do_close, "bulk-close", ANSWER),
    at("bulk/snooze/", actions.do_snooze, "bulk-snooze", ANSWER),
    at("bulk/assign/", actions.do_assign, "bulk-assign", ANSWER),
    at("bulk/tag/", actions.do_tag, "bulk-tag", ANSWER),
    # menus
    at("menu/assign/", menus.menu_assign, "menu-assign", ANSWER),
    at("menu/snooze/", menus.menu_snooze, "menu-snooze", ANSWER),
    at("menu/tag/", menus.menu_tag, "menu-tag", ANSWER),
    at("menu/join/<int:pk>/", menus.menu_join, "menu-join", ANSWER),
    # the composer
    at("conversation/<int:pk>/reply/", composer.do_reply, "do-reply", ANSWER),
    at("conversation/<int:pk>/draft/", composer.draft, "draft", ANSWER),
    at("conversation/<int:pk>/upload/", upload.upload, "upload", ANSWER),
    at("conversation/<int:pk>/preview/", composer.preview, "preview", ANSWER),
    at("conversation/<int:pk>/draft/<str:sha256>/", files.draft_file, "draft-file", ANSWER),
    at("measure/", composer.measure, "measure", ANSWER),
    at("answers/", composer.answers, "answers", ANSWER),
    at("conversation/new/", person.conversation_new, "conversation-new", ANSWER),
    # what messages hold
    at("file/<int:pk>/<int:number>/<str:name>", files.file, "file", READ),
    at("mail/<int:pk>/", mail.mail, "mail", READ),
    # people
    at("person/", person.customers, "customers", SEE),
    at("person/<int:pk>/", person.customer, "customer", SEE),
    at("person/<int:pk>/events/", person.events, "customer-events", SEE),
    at("person/<int:pk>/side/", person.side, "customer-side", SEE),
    at("person/<int:pk>/would/", why.would, "would-get", SEE),
    at("person/<int:pk>/fact/", merging.learn_fact, "learn", EDIT),
    at("person/<int:pk>/merge/", merging.merge, "merge", EDIT),
    at("person/<int:pk>/choices/", choosing.shown, "choices", SEE),
    at("person/<int:pk>/choices/<int:topic>/menu/", choosing.menu, "choices-menu", EDIT),
    at("person/<int:pk>/choices/<int:topic>/", choosing.choose, "choices-choose", EDIT),
    at("person/<int:pk>/choices/undo/", choosing.undo, "choices-undo", EDIT),
    at("person/<int:pk>/marked/", choosing.marked, "marked", EDIT),
    at("person/<int:pk>/export/", privacy.export, "customer-export", "customers.export"),
    at("person/<int:pk>/erase/", privacy.erase, "customer-erase", "customers.erase"),
    at("person/unmerge/<int:pk>/", merging.unmerge, "unmerge", EDIT),
    at("person/review/<int:pk>/", merging.review, "review", EDIT),
    # finding, own settings, patterns
    at("find/", palette.find, "find", SEE),
    at("find/person/", palette.find_person, "find-person", SEE),
    at("preferences/", preferences.preferences, "preferences", OPEN),
    at("patterns/", patterns.patterns, "patterns", OPEN),
    # for every browser, signed in or not: nothing of anybody is in them
    path("channels.css", channels_css, name="channels-css"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("worker.js", shell.worker, name="worker"),
    path("language/", preferences.language, name="language"),
    path("offline/", shell.offline, name="offline"),
]
for screen in ("settings", "counter", "audit", "quarantine", "people", "journeys", "writing", "segments", "campaigns"):
    if find_spec(f"lanka.desk.{screen}.urls"):
        routes.append(path(f"{screen}/", include(f"lanka.desk.{screen}.urls")))

urlpatterns = [path("", RedirectView.as_view(pattern_name="desk"), name="home"), path("desk/", include(routes))]
