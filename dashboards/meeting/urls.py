"""Addresses of meetings, inside a tenant."""

from django.urls import path

from dashboards.meeting import upcoming, views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/next/", upcoming.upcoming, name="meeting_next"),
    path("meetings/agenda/<int:pk>/", upcoming.settle_item, name="agenda_settle"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/case/", views.case, name="meeting_case"),
    path("meetings/<int:pk>/end/", views.end, name="meeting_end"),
    path("meetings/<int:pk>/decisions/", views.decisions, name="meeting_decisions"),
    path("meetings/decisions/<int:pk>/", views.settle, name="decision_settle"),
]
