"""The counter."""

from __future__ import annotations

from lanka.desk.counter import views
from lanka.desk.settings.route import at

USE = "counter.use"

urlpatterns = [
    at("", views.counter, "counter", USE),
    at("place/", views.place, "counter-place", USE),
    at("new/", views.newcomer, "counter-new", USE),
    at("person/<int:pk>/", views.person, "counter-person", USE),
    at("person/<int:pk>/card/", views.card, "counter-card", USE),
    at("person/<int:pk>/<slug:what>/", views.tell, "counter-tell", USE),
]
