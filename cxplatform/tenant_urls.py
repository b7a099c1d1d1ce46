"""Addresses inside a tenant, below `/t/<slug>/`; no view here ever sees the slug."""

from importlib import import_module

from django.urls import path

from cxplatform.tenancy.admin import site

# The order is that of the editor's sidebar.
for room in ("journeys",):
    import_module(f"{room}.admin")

urlpatterns: list[object] = [
    path("edit/", site.urls),
]
