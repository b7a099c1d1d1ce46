"""Addresses outside a tenant: sign-in, health, REST, and the doors of respondents."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("cxplatform.api.urls")),
]
