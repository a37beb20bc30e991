"""One thing said to many: communicators write and send, supervisors look."""

from __future__ import annotations

from lanka.desk.campaigns import control, draft, views
from lanka.desk.settings.route import at

READ, EDIT = "campaigns.read", "campaigns.edit"

urlpatterns = [
    at("", views.campaigns, "campaigns", READ),
    at("new/", draft.campaign_new, "campaign-new", EDIT),
    at("<int:pk>/", views.campaign, "campaign", READ),
    at("<int:pk>/report/", views.report, "campaign-report", READ),
    at("<int:pk>/people/", views.people, "campaign-people", READ),
    at("<int:pk>/draft/", draft.campaign_draft, "campaign-draft", EDIT),
    at("<int:pk>/snapshot/", draft.campaign_snapshot, "campaign-snapshot", READ),
    at("<int:pk>/schedule/", control.campaign_schedule, "campaign-schedule", EDIT),
    at("<int:pk>/pause/", control.campaign_pause, "campaign-pause", EDIT),
    at("<int:pk>/resume/", control.campaign_resume, "campaign-resume", EDIT),
    at("<int:pk>/stop/", control.campaign_stop, "campaign-stop", EDIT),
    at("<int:pk>/retry/", control.campaign_retry, "campaign-retry", EDIT),
    at("<int:pk>/copy/", control.campaign_copy, "campaign-copy", EDIT),
    at("<int:pk>/delete/", control.campaign_delete, "campaign-delete", EDIT),
]
