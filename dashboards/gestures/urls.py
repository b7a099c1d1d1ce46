"""Addresses of gestures, inside a tenant."""

from django.urls import path

from dashboards.gestures import views

urlpatterns = [
    path("gestures/", views.gestures, name="gestures"),
    path("gestures/new/", views.gesture, name="gesture_new"),
    path("gestures/<str:slug>/", views.gesture, name="gesture"),
    path("gestures/<str:slug>/archive/", views.archive, name="gesture_archive"),
]
