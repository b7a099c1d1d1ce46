"""Addresses of the leadership page and what it opens into, inside a tenant."""

from django.urls import include, path

from dashboards.arrivals import views as arrival_views
from dashboards.asking import views as asking_views
from dashboards.kpis import views as kpi_views
from dashboards.leadership import answers_views, drill_views, views

urlpatterns = [
    path("", views.leadership, name="leadership"),
    path("live", views.live, name="live"),
    path("asking/", asking_views.asking, name="asking"),
    path("kpis/", kpi_views.kpis, name="kpis"),
    path("arrivals/", arrival_views.arrived, name="arrivals"),
    path("arrivals/cost/", arrival_views.cost, name="arrivals_cost"),
    path("stages/<int:stage_id>/", drill_views.stage, name="stage"),
    path("stages/<int:stage_id>/answers/", answers_views.stage_answers, name="stage_answers"),
    path("touchpoints/<str:slug>/", drill_views.touchpoint, name="touchpoint"),
    path("touchpoints/<str:slug>/trend.json", drill_views.trend, name="trend"),
    path("touchpoints/<str:slug>/answers/", answers_views.touchpoint_answers, name="touchpoint_answers"),
    path("", include("dashboards.ahead.urls")),
    path("", include("dashboards.cases.urls")),
    path("", include("dashboards.changes.urls")),
    path("", include("dashboards.chair.urls")),
    path("", include("dashboards.customers.urls")),
    path("", include("dashboards.feedback.urls")),
    path("", include("dashboards.focus.urls")),
    path("", include("dashboards.gaps.urls")),
    path("", include("dashboards.improvements.urls")),
    path("", include("dashboards.huddle.urls")),
    path("", include("dashboards.coaching.urls")),
    path("", include("dashboards.beside.urls")),
    path("", include("dashboards.days.urls")),
    path("", include("dashboards.levels.urls")),
    path("", include("dashboards.worth.urls")),
    path("", include("dashboards.plan.urls")),
    path("", include("dashboards.journeys.urls")),
    path("", include("dashboards.out.urls")),
    path("", include("dashboards.digests.urls")),
    path("", include("dashboards.meeting.urls")),
    path("", include("dashboards.views_saved.urls")),
    path("", include("dashboards.results.urls")),
    path("", include("dashboards.experiments.urls")),
    path("", include("dashboards.gestures.urls")),
    path("", include("dashboards.sharing.urls")),
]
