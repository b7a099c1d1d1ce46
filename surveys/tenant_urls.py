"""Addresses of the contact ledger, inside a tenant."""

from django.urls import path

from surveys import asked_views

urlpatterns = [
    path("asks/", asked_views.calendar, name="asks"),
    path("asks/customer/<uuid:customer_id>/", asked_views.customer, name="asks_customer"),
]
