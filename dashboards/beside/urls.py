"""The address of weekly figures beside scores."""

from django.urls import path

from dashboards.beside import views

urlpatterns = [
    path("weeks/", views.beside, name="beside"),
]
