"""Addresses of what was said and done, inside a tenant."""

from django.urls import path

from surveys.deeds import views

urlpatterns = [
    path("said-and-done/", views.deeds, name="deeds"),
    path("said-and-done/<int:deed_id>/", views.deed, name="deed"),
    path("said-and-done/<int:deed_id>/remove", views.remove_deed, name="deed_remove"),
]
