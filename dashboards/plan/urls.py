"""Addresses of the plan's room, inside a tenant."""

from django.urls import path

from dashboards.plan import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/start/", views.start, name="plan_start"),
    path("plan/areas/<int:pk>/", views.area, name="plan_area"),
]
