"""Colleagues and teams."""

from __future__ import annotations

from lanka.desk.people import teams, users
from lanka.desk.settings.route import at

EDIT = "people.edit"

urlpatterns = [
    at("", users.users, "staff", EDIT),
    at("new/", users.invite, "staff-new", EDIT),
    at("<int:pk>/", users.user_edit, "staff-one", EDIT),
    at("<int:pk>/link/", users.link, "staff-link", EDIT),
    at("teams/", teams.teams, "teams", EDIT),
    at("teams/<int:pk>/", teams.team_edit, "team", EDIT),
    at("teams/<int:pk>/delete/", teams.team_delete, "team-delete", EDIT),
]
