"""The way out of the chair's mail, without signing in."""

from django.urls import path

from dashboards.chair.views import stop

urlpatterns = [path("chair/stop/<str:token>", stop, name="chair_stop")]
