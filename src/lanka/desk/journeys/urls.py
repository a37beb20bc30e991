"""Journeys: the list, the builder, the year that is simulated, editions."""

from __future__ import annotations

from lanka.desk.journeys import draft, of_person, publish, simulate, views
from lanka.desk.settings.route import at

READ, EDIT = "journeys.read", "journeys.edit"

urlpatterns = [
    at("", views.journeys, "journeys", READ),
    at("new/", views.new, "journey-new", EDIT),
    at("check/", draft.check_drawing, "journey-check", READ),
    at("<int:pk>/", views.journey, "journey", READ),
    at("<int:pk>/draft/", draft.draft, "journey-draft", EDIT),
    at("<int:pk>/name/", views.rename, "journey-name", EDIT),
    at("<int:pk>/delete/", views.delete, "journey-delete", EDIT),
    at("<int:pk>/numbers/", views.numbers_now, "journey-numbers", READ),
    at("<int:pk>/ready/", publish.ready, "journey-ready", EDIT),
    at("<int:pk>/publish/", publish.do_publish, "journey-publish", EDIT),
    at("<int:pk>/run/", publish.run, "journey-run", EDIT),
    at("<int:pk>/past/", publish.past, "journey-past", EDIT),
    at("<int:pk>/editions/", publish.editions, "journey-editions", READ),
    at("people/<int:pk>/join/", of_person.join, "journey-join", "customers.edit"),
    at("people/<int:pk>/leave/", of_person.leave, "journey-leave", "customers.edit"),
    at("<int:pk>/simulate/", simulate.simulation, "journey-simulate", READ),
]
