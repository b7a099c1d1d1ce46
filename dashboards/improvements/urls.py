"""Addresses of improvements, inside a tenant."""

from django.urls import path

from dashboards.improvements import moves, views

urlpatterns = [
    path("improvements/", views.board, name="improvements"),
    path("improvements/new/", views.new, name="improvement_new"),
    path("improvements/of/<slug:source>/", moves.of, name="improvement_of"),
    path("improvements/<int:pk>/", views.improvement, name="improvement"),
    path("improvements/<int:pk>/edit/", views.edit, name="improvement_edit"),
    path("improvements/<int:pk>/team/", views.team, name="improvement_team"),
    path("improvements/<int:pk>/actions/", views.action, name="improvement_action"),
    path("improvements/<int:pk>/begin/", moves.begin, name="improvement_begin"),
    path("improvements/<int:pk>/done/", views.done, name="improvement_done"),
    path("improvements/<int:pk>/drop/", views.drop, name="improvement_drop"),
    path("improvements/<int:pk>/again/", moves.again, name="improvement_again"),
    path("improvements/<int:pk>/tell/", moves.tell_customers, name="improvement_tell"),
    path("improvements/<int:pk>/agenda/", views.agenda, name="improvement_agenda"),
    path("improvements/<int:pk>/decide/", views.decide, name="improvement_decide"),
    path("improvements/actions/<int:pk>/", moves.tick, name="action_tick"),
]
