"""Addresses of what could be promised, below `promises/` inside a tenant."""

from django.urls import path

from promises.feasible import views

urlpatterns = [
    path("<str:slug>/feasible/", views.feasible, name="feasible"),
    path("<str:slug>/feasible/failed/", views.failed, name="feasible_failed"),
]
