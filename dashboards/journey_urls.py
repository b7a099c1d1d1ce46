"""Addresses of journeys as they really happen, inside a tenant."""

from django.urls import path, register_converter

from dashboards import journey_views, passage_views

register_converter(journey_views.TabConverter, "tab")

urlpatterns = [
    path("journeys/", journey_views.journeys, name="journeys"),
    path("journeys/-/views/", journey_views.tags_personas, name="tags_personas"),
    path("journeys/<str:slug>/", journey_views.journey, name="journey"),
    path("journeys/<str:slug>/passages/", passage_views.passages, name="passages"),
    path("journeys/<str:slug>/figures.json", journey_views.figures, name="journey_figures"),
    path("journeys/<str:slug>/<tab:tab>/", journey_views.journey, name="journey_tab"),
]
