"""Addresses of those who share, inside a tenant."""

from django.urls import path

from dashboards.sharing import views

urlpatterns = [
    path("shares/", views.shares, name="shares"),
    path("shares/<int:pk>/revoke/", views.revoke, name="share_revoke"),
]
