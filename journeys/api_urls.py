"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import include, path

from journeys.api import Events

urlpatterns = [
    path("events", Events.as_view()),
    path("", include("journeys.structure_api")),
    path("", include("journeys.mapping_api")),
    path("", include("journeys.rules_api")),
    path("", include("journeys.designs_api")),
    path("", include("journeys.notes_api")),
    path("", include("journeys.reports_api")),
    path("", include("journeys.customers_api")),
]
