"""Addresses of the customer's chair, inside a tenant."""

from django.urls import path

from dashboards.chair import views

urlpatterns = [
    path("chair/", views.chair, name="chair"),
    path("chair/today/", views.put, name="chair_put"),
    path("chair/mail/", views.by_mail, name="chair_mail"),
]
