"""Addresses of invited customers, inside a tenant."""

from django.urls import path

from surveys.invited import views

urlpatterns = [
    path("invited/", views.invited, name="invited"),
    path("invited/leads-to", views.leads_to, name="invited_leads_to"),
    path("invited/<int:follow_up_id>/withdraw", views.withdraw_one, name="invited_withdraw"),
]
