"""Addresses of past days."""

from django.urls import path

from dashboards.days import views

urlpatterns = [
    path("days/", views.days, name="days"),
    path("days/<str:day>/", views.day, name="day"),
]
