"""The town's pages: for the demo only."""

from __future__ import annotations

from django.urls import path

from lanka.town.home import views as home
from lanka.town.person import devices, mail, walk
from lanka.town.shop import views as shop
from lanka.town.tour import views as tour

app_name = "town"
urlpatterns = [
    path("", home.home, name="home"),
    path("pace/", home.change_pace, name="pace"),
    path("sign-in/<slug:key>/", home.sign_in, name="sign-in"),
    path("tour/", tour.tour, name="tour"),
    path("tour/steps/", tour.steps, name="steps"),
    path("tour/again/", tour.again, name="again"),
    path("shop/", shop.front, name="shop"),
    path("shop/<slug:key>/", shop.product, name="product"),
    path("<int:number>/", devices.person, name="person"),
    path("<int:number>/phone/", devices.phone, name="phone"),
    path("<int:number>/phone/telegram/", devices.phone, {"app": "bot"}, name="telegram"),
    path("<int:number>/web/", devices.web, name="web"),
    path("<int:number>/mail/", mail.mailbox, name="mail"),
    path("<int:number>/mail/new/", mail.write, name="write"),
    path("<int:number>/mail/<int:item>/", mail.read, name="read"),
    path("<int:number>/mail/<int:item>/body/", mail.body, name="body"),
    path("<int:number>/letters/", devices.letters, name="letters"),
    path("<int:number>/letters/<int:item>.pdf", devices.pdf, name="pdf"),
    path("<int:number>/letters/<int:item>.png", devices.page, name="page"),
    path("<int:number>/walk/", walk.walk, name="walk"),
]
