"""Addresses of making a promise, below `promises/` inside a tenant."""

from django.urls import path, register_converter

from promises.making import steps, views

register_converter(steps.StepConverter, "promise_step")

urlpatterns = [
    # No promise's identifier is "-".
    path("-/new/", views.new, name="promise_new"),
    path("<str:slug>/edit/", views.edit, name="promise_edit"),
    path("<str:slug>/edit/<promise_step:step>/", views.step, name="promise_step"),
    path("<str:slug>/move/", views.lifecycle, name="promise_lifecycle"),
]
