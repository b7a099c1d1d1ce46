"""Addresses of promises, below `promises/` inside a tenant."""

from django.urls import include, path, register_converter

from promises.board import exclusions, instance_views, tabs, views

register_converter(tabs.TabConverter, "promise_tab")

# A promise's page comes last: `new/` of another room is no promise's identifier.
urlpatterns = [
    path("", views.board, name="promises"),
    path("-/due/", instance_views.due, name="promises_due"),
    path("", include("promises.making.urls")),
    path("", include("promises.feasible.urls")),
    path("", include("promises.instructions.urls")),
    path("", include("promises.publishing.urls")),
    path("", include("promises.alerts.urls")),
    path("<str:slug>/", views.promise, name="promise"),
    path("<str:slug>/instances/<uuid:id>/", instance_views.instance, name="promise_instance"),
    path("<str:slug>/instances/<uuid:id>/exclude/", exclusions.exclude_instance, name="promise_exclude"),
    path("<str:slug>/instances/<uuid:id>/lift/", exclusions.lift_instance, name="promise_lift"),
    path("<str:slug>/<promise_tab:tab>/", views.promise, name="promise_tab"),
]
