"""The quarantine: reading it, settling it."""

from __future__ import annotations

from lanka.desk.quarantine import views
from lanka.desk.settings.route import at

READ, SETTLE = "quarantine.read", "quarantine.settle"

urlpatterns = [
    at("", views.waiting, "quarantine", READ),
    at("<int:pk>/", views.one, "quarantined", READ),
    at("<int:pk>/raw/", views.download, "quarantined-raw", READ),
    at("<int:pk>/replay/", views.do_replay, "quarantine-replay", SETTLE),
    at("<int:pk>/dismiss/", views.do_dismiss, "quarantine-dismiss", SETTLE),
    at("line/<int:pk>/replay/", views.replay_line, "quarantine-replay-line", SETTLE),
]
