from django.urls import path

from lanka.pages.unsubscribe.views import unsubscribe

urlpatterns = [path("u/<str:token>", unsubscribe, name="unsubscribe")]
