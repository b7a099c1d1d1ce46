"""Addresses inside a tenant, below `/t/<slug>/`; no view here ever sees the slug."""

urlpatterns: list[object] = []
