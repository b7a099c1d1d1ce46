"""Addresses of the company's level."""

from django.urls import path

from dashboards.levels import views

urlpatterns = [
    path("levels/", views.levels, name="levels"),
]
