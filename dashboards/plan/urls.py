"""Addresses of the plan's room, inside a tenant."""

from django.urls import path

from dashboards.plan import mine_views, reward_views, round_views, training_views, views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/start/", views.start, name="plan_start"),
    path("plan/areas/<int:pk>/", views.area, name="plan_area"),
    path("plan/assessment/", round_views.assessment, name="assessment"),
    path("plan/leeway/", round_views.leeway, name="leeway"),
    path("plan/barriers/", round_views.barriers, name="barriers"),
    path("plan/<str:kind>/open/", round_views.open_new, name="round_open"),
    path("plan/rounds/<int:pk>/", round_views.settle, name="round_settle"),
    path("plan/answer/<int:pk>/", round_views.answer, name="round_answer"),
    path("plan/rewards/", reward_views.rewards, name="rewards"),
    path("plan/rewards/<int:pk>/", reward_views.figure, name="reward_figure"),
    path("plan/owners/", reward_views.owners, name="metric_owners"),
    path("plan/owners/save/", reward_views.save_owners, name="metric_owners_save"),
    path("plan/training/", training_views.training, name="training"),
    path("plan/training/<int:pk>/", training_views.course, name="training_course"),
    path("plan/training/agents/", training_views.agents, name="change_agents"),
    path("plan/mine/", mine_views.mine, name="plan_mine"),
]
