"""Addresses of blind spots, inside a tenant."""

from django.urls import path

from dashboards.gaps import views

urlpatterns = [path("blind-spots/", views.blind_spots, name="blind_spots")]
