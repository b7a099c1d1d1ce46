"""Addresses outside a tenant: sign-in, health, REST, and the doors of respondents."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("cxplatform.api.urls")),
]
