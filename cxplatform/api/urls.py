"""Addresses below `/api/v1/`: the one place that puts the rooms' endpoints together, by name.

This room stands below the others, so nothing is imported from them here; each room lists its own endpoints
in its `api_urls`.
"""

from django.urls import include, path, re_path

from cxplatform.api import webhooks_api
from cxplatform.api.views import docs, nothing_here, schema

urlpatterns = [
    path("schema", schema, name="api_schema"),
    path("docs", docs, name="api_docs"),
    path("webhooks", webhooks_api.Webhooks.as_view()),
    path("webhooks/<int:pk>", webhooks_api.OneWebhook.as_view()),
    path("webhooks/<int:pk>/rotate", webhooks_api.Rotation.as_view()),
    path("webhooks/<int:pk>/test", webhooks_api.Test.as_view()),
    path("webhooks/<int:pk>/replay", webhooks_api.Replay.as_view()),
    path("webhooks/<int:pk>/deliveries", webhooks_api.Deliveries.as_view()),
    path("", include("dashboards.api_urls")),  # before journeys, where a customer's number takes the rest of a path
    path("", include("journeys.api_urls")),
    path("", include("surveys.api_urls")),
    path("", include("promises.api_urls")),
    re_path("", nothing_here),
]
