"""Who is meant: communicators build segments, supervisors look at them."""

from __future__ import annotations

from lanka.desk.segments import views
from lanka.desk.settings.route import at

READ, EDIT = "segments.read", "segments.edit"

urlpatterns = [
    at("", views.segments, "segments", READ),
    at("new/", views.segment_new, "segment-new", EDIT),
    at("try/", views.segment_try, "segment-try", READ),
    at("<int:pk>/", views.segment, "segment", READ),
    at("<int:pk>/retire/", views.segment_retire, "segment-retire", EDIT),
]
