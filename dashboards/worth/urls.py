"""The address of revenue and retention by class."""

from django.urls import path

from dashboards.worth import views

urlpatterns = [
    path("worth/", views.worth, name="worth"),
]
