"""Addresses of saved views, inside a tenant."""

from django.urls import path

from dashboards.views_saved import views

urlpatterns = [
    path("start", views.start, name="start"),
    path("views/", views.views, name="saved_views"),
    path("views/<int:pk>/first/", views.first, name="saved_view_first"),
    path("views/<int:pk>/remove/", views.remove, name="saved_view_remove"),
]
