"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import path

from journeys.api import Events

urlpatterns = [
    path("events", Events.as_view()),
]
