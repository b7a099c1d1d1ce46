"""Addresses of the coaching log, inside a tenant."""

from django.urls import path

from dashboards.coaching import views

urlpatterns = [
    path("coaching/", views.coaching, name="coaching"),
    path("coaching/<int:pk>/", views.change, name="coaching_change"),
]
