from django.urls import path

from lanka.pages.opt_in.views import opt_in

urlpatterns = [path("y/<str:token>", opt_in, name="opt-in")]
