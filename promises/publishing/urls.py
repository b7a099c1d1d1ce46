"""Addresses of where a promise is told, below `promises/` inside a tenant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
