"""The audit trail."""

from __future__ import annotations

from lanka.desk.audit import views
from lanka.desk.settings.route import at

urlpatterns = [at("", views.trail, "audit", "audit.read")]
