"""Addresses of shared figures, outside any company's."""

from django.urls import path

from dashboards.sharing.public import shared_page, shared_tile

urlpatterns = [
    path("share/<str:token>", shared_page, name="shared_page"),
    path("e/<str:token>", shared_tile, name="shared_tile"),
]
