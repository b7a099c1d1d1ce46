"""Addresses of single customers and accounts, inside a tenant."""

from django.urls import path

from dashboards.customers import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/<uuid:customer_id>/", views.customer, name="customer"),
    path("accounts/<path:name>/", views.account, name="customer_account"),
]
