"""Addresses of what history says of a promise, and of its rules, below `promises/` inside a tenant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
