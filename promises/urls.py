"""Addresses of promises, below `promises/` inside a tenant."""

from django.urls import include, path

from promises.board import views

# A promise's page comes last: `new/` of another room is no promise's identifier.
urlpatterns = [
    path("", views.board, name="promises"),
    path("", include("promises.making.urls")),
    path("", include("promises.feasible.urls")),
    path("", include("promises.instructions.urls")),
    path("", include("promises.publishing.urls")),
    path("", include("promises.alerts.urls")),
    path("<str:slug>/", views.promise, name="promise"),
]
