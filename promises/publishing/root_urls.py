"""Addresses of promises outside any company's: what everybody may read."""

from django.urls import path

from promises.publishing.public import promise_page

urlpatterns = [path("p/<str:slug>/", promise_page, name="promise_page")]
