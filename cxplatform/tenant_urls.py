"""Addresses inside a tenant, below `/t/<slug>/`; no view here ever sees the slug."""

from importlib import import_module

from django.urls import include, path

from cxplatform.tenancy.admin import site

# The order is that of the editor's sidebar.
for room in ("journeys", "surveys", "promises", "dashboards"):
    import_module(f"{room}.admin")

urlpatterns: list[object] = [
    path("", include("cxplatform.tenancy.urls")),
    path("", include("cxplatform.api.pages.urls")),
    path("", include("cxplatform.deliveries.pages.urls")),
    path("", include("cxplatform.pipeline.urls")),
    path("", include("journeys.urls")),
    path("", include("surveys.tenant_urls")),
    path("promises/", include("promises.urls")),
    path("edit/", site.urls),
    path("", include("dashboards.urls")),
]
