"""Addresses of journeys as they really happen, inside a tenant."""

from django.urls import path, register_converter

from dashboards.journeys import passage_views, views

register_converter(views.TabConverter, "tab")

urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/-/views/", views.tags_personas, name="tags_personas"),
    path("journeys/<str:slug>/", views.journey, name="journey"),
    path("journeys/<str:slug>/passages/", passage_views.passages, name="passages"),
    path("journeys/<str:slug>/figures.json", views.figures, name="journey_figures"),
    path("journeys/<str:slug>/<tab:tab>/", views.journey, name="journey_tab"),
]
