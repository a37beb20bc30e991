"""/l/<token>: short, for it stands in text messages too."""

from __future__ import annotations

from django.urls import path

from lanka.pages.clicks.views import follow

urlpatterns = [path("l/<str:token>", follow, name="follow")]
