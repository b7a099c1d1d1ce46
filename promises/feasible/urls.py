"""Addresses of what could be promised, below `promises/` inside a tenant."""

from django.urls import path

from promises.feasible import rule_views, views

urlpatterns = [
    path("<str:slug>/feasible/", views.feasible, name="feasible"),
    path("<str:slug>/feasible/failed/", views.failed, name="feasible_failed"),
    path("<str:slug>/rules/", rule_views.rules, name="rules"),
    path("<str:slug>/rules/new/", rule_views.rule, name="rule_new"),
    path("<str:slug>/rules/<int:pk>/", rule_views.rule, name="rule"),
    path("<str:slug>/rules/<int:pk>/archive/", rule_views.archive, name="rule_archive"),
]
