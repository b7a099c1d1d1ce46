"""Addresses of the feedback stream, inside a tenant."""

from django.urls import path

from dashboards.feedback import views

urlpatterns = [
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/live", views.live, name="feedback_live"),
    path("feedback/quote/", views.quote, name="feedback_quote"),
    path("feedback/follow/", views.follow, name="feedback_follow"),
]
