"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import include, path

from surveys.api import Responses

urlpatterns = [
    path("responses", Responses.as_view()),
    path("", include("surveys.definitions_api")),
]
