"""Addresses of focus, inside a tenant."""

from django.urls import path

from dashboards.focus import views

urlpatterns = [
    path("focus/", views.focus, name="focus"),
    path("focus/map.json", views.importance_map, name="focus_map"),
    path("focus/choose/", views.choose, name="focus_choose"),
    path("focus/worth/", views.worth, name="focus_worth"),
    path("focus/<int:pk>/", views.change, name="focus_change"),
    path("focus/<int:pk>/end/", views.end, name="focus_end"),
]
