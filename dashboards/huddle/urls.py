"""Addresses of the weekly huddle, inside a tenant."""

from django.urls import path

from dashboards.huddle import views

urlpatterns = [path("huddle/", views.huddle, name="huddle")]
