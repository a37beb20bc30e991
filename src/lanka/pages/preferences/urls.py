from django.urls import path

from lanka.pages.preferences.views import preferences

urlpatterns = [path("p/<str:token>/", preferences, name="preferences-of")]
