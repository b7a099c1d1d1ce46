"""Addresses outside a tenant: sign-in, health, REST, and the doors of respondents."""

from django.urls import include, path

from cxplatform import health

urlpatterns = [
    path("api/v1/", include("cxplatform.api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("cxplatform.tenancy.root_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("surveys.urls")),
    path("", include("promises.publishing.root_urls")),
    path("", include("dashboards.digests.root_urls")),
    path("", include("dashboards.sharing.root_urls")),
    path("", include("dashboards.plan.root_urls")),
    path("", include("dashboards.chair.root_urls")),
    path("", include("dashboards.results.root_urls")),
]

handler400 = "cxplatform.errors.bad_request"
handler403 = "cxplatform.errors.permission_denied"
handler404 = "cxplatform.errors.page_not_found"
handler500 = "cxplatform.errors.server_error"
