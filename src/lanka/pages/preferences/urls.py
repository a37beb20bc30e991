from django.urls import path

from lanka.pages.preferences.at import preferences_at
from lanka.pages.preferences.views import preferences

urlpatterns = [path("p/at/<str:line>/", preferences_at, name="preferences-at"), path("p/<str:token>/", preferences, name="preferences-of")]
