"""Addresses of follow-ups, inside a tenant."""

from django.urls import path

from surveys.followups import figures_views, left_views, many_views, rule_views, views

urlpatterns = [
    path("followups/", views.inbox, name="follow_ups"),
    path("followups/live", views.live, name="follow_ups_live"),
    path("followups/many/", many_views.many_at_once, name="follow_ups_many"),
    path("followups/rules/", rule_views.rules, name="follow_up_rules"),
    path("followups/rules/new/", rule_views.new_rule, name="new_follow_up_rule"),
    path("followups/rules/<str:slug>/", rule_views.rule, name="follow_up_rule"),
    path("followups/rules/<str:slug>/move/", rule_views.move_rule, name="move_follow_up_rule"),
    path("followups/rules/<str:slug>/archive/", rule_views.archive_rule, name="archive_follow_up_rule"),
    path("followups/limits/", rule_views.limits, name="follow_up_limits"),
    path("followups/figures/", figures_views.how_they_go, name="follow_up_figures"),
    path("followups/left/", left_views.left_owners, name="follow_ups_left"),
    path("followups/<int:pk>/", views.follow_up, name="follow_up"),
    path("followups/<int:pk>/take/", views.take, name="follow_up_take"),
    path("followups/<int:pk>/items/<int:item_id>/", views.item_done, name="follow_up_item"),
    path("followups/<int:pk>/do/<str:key>/", views.act, name="follow_up_act"),
]
