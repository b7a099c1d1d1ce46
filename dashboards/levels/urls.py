"""Addresses of the company's level."""

from django.urls import path

from dashboards.levels import views

urlpatterns = [
    path("levels/", views.levels, name="levels"),
    path("levels/baselines/", views.baselines, name="baselines"),
    path("levels/baselines/<str:slug>/remove/", views.remove_baseline, name="remove_baseline"),
]
