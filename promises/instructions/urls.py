"""Addresses of instructions to staff, below `promises/` inside a tenant."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
