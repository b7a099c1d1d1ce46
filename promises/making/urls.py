"""Addresses of making a promise, below `promises/` inside a tenant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
