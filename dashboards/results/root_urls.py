"""Addresses of results outside any company's: what everybody may read."""

from django.urls import path

from dashboards.results.public import results_page

urlpatterns = [path("r/<str:slug>/", results_page, name="results_page")]
