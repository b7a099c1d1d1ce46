"""Addresses of those who choose what everybody may read, inside a tenant."""

from django.urls import path

from dashboards.results import views

urlpatterns = [
    path("results/", views.settings_page, name="results_settings"),
    path("results/preview/", views.preview, name="results_preview"),
]
