"""Addresses of where a promise is told, below `promises/` inside a tenant."""

from django.urls import path

from promises.publishing import views

urlpatterns = [
    # No promise's identifier is "-".
    path("-/places/", views.all_places, name="all_places"),
    path("-/public-page/", views.public_page, name="public_page"),
    path("-/public-page/preview/", views.preview, name="public_page_preview"),
    path("<str:slug>/places/new/", views.place, name="new_place"),
    path("<str:slug>/places/<int:pk>/", views.place, name="place"),
    path("<str:slug>/places/<int:pk>/settle/", views.settle_place, name="settle_place"),
]
