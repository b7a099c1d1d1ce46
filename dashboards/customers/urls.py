"""Addresses of single customers and accounts, inside a tenant."""

from django.urls import path

from dashboards.customers import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/<uuid:customer_id>/", views.customer, name="customer"),
    path("customers/<uuid:customer_id>/profile/", views.profile, name="customer_profile"),
    path("customers/<uuid:customer_id>/merge/", views.merge_into, name="customer_merge"),
    path("customers/<uuid:customer_id>/erase/", views.erase_person, name="customer_erase"),
    path("customers/<uuid:customer_id>/export.json", views.export_person, name="customer_export"),
    path("accounts/<path:name>/", views.account, name="customer_account"),
]
