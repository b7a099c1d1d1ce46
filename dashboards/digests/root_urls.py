"""Addresses of digests outside any company's: the link that ends one without signing in."""

from django.urls import path

from dashboards.digests.views import stop

urlpatterns = [path("digests/stop/<str:token>/", stop, name="digest_stop")]
