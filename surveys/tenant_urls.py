"""Addresses of the contact ledger and of the outbox, inside a tenant."""

from django.urls import path

from surveys import asked_views, outbox_views

urlpatterns = [
    path("asks/", asked_views.calendar, name="asks"),
    path("asks/customer/<uuid:customer_id>/", asked_views.customer, name="asks_customer"),
    path("outbox/", outbox_views.outbox, name="outbox"),
    path("outbox/<uuid:id>/", outbox_views.outbox_message, name="outbox_message"),
    path("outbox/<uuid:id>/mail", outbox_views.outbox_mail, name="outbox_mail"),
]
