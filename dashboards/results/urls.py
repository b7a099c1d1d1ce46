"""Addresses of what everybody may read, for those who choose it, and of staff results, inside a tenant."""

from django.urls import path

from dashboards.results import views

urlpatterns = [
    path("results/", views.settings_page, name="results_settings"),
    path("results/preview/", views.preview, name="results_preview"),
    path("staff/", views.staff, name="staff_results"),
]
