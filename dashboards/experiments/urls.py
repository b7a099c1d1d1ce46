"""Addresses of experiments, inside a tenant."""

from django.urls import path

from dashboards.experiments import views

urlpatterns = [
    path("experiments/", views.experiments, name="experiments"),
    path("experiments/new/", views.new, name="experiment_new"),
    path("experiments/<str:slug>/", views.experiment, name="experiment"),
    path("experiments/<str:slug>/change/", views.change, name="experiment_change"),
    path("experiments/<str:slug>/do/", views.act, name="experiment_do"),
]
