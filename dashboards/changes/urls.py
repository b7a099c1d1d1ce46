"""Addresses of findings and changes, inside a tenant."""

from django.urls import path

from dashboards.changes import views

urlpatterns = [
    path("findings/", views.findings, name="findings"),
    path("findings/convene/", views.call_together, name="convene"),
    path("changes/", views.changes, name="changes"),
    path("changes/new/", views.add, name="change_new"),
    path("changes/<int:pk>/remove/", views.remove, name="change_remove"),
]
