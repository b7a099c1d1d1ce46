"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import include, path

from dashboards.api import Choices, Heatmap, Scores
from dashboards.arrivals.costs_api import Arrived, ChannelCosts
from dashboards.cases.api import BusinessCases, OneBusinessCase
from dashboards.chair.api import Chair, Quotes
from dashboards.changes.api import Changes, Findings, OneChange
from dashboards.customers.api import Timeline
from dashboards.experiments.api import Assign, Experiments, OneExperiment
from dashboards.focus.api import DriversView, Focus
from dashboards.gaps.api import BlindSpots
from dashboards.improvements.api import Decisions, Improvements, OneDecision, OneImprovement
from dashboards.journeys.behind_api import PathCustomers
from dashboards.journeys.paths_api import Paths
from dashboards.journeys.tags_api import PersonaScores, TagScores
from dashboards.kpis.api import Kpis
from dashboards.leadership.answers_api import ScoreAnswers
from dashboards.levels.api import Baselines, Benchmarks, Index, OneBaseline, OneKpi
from dashboards.plan.api import AssessmentView, PlanView
from dashboards.worth.api import Worth

urlpatterns = [
    path("plan", PlanView.as_view()),
    path("assessment", AssessmentView.as_view()),
    path("customers/<path:external_id>/timeline", Timeline.as_view()),
    path("chair", Chair.as_view()),
    path("quotes", Quotes.as_view()),
    path("blind-spots", BlindSpots.as_view()),
    path("focus", Focus.as_view()),
    path("drivers", DriversView.as_view()),
    path("scores", Scores.as_view()),
    path("scores/choices", Choices.as_view()),
    path("scores/answers", ScoreAnswers.as_view()),
    path("kpis", Kpis.as_view()),
    path("kpis/<str:slug>", OneKpi.as_view()),
    path("worth", Worth.as_view()),
    path("index", Index.as_view()),
    path("benchmarks", Benchmarks.as_view()),
    path("baselines", Baselines.as_view()),
    path("baselines/<str:slug>", OneBaseline.as_view()),
    path("business-cases", BusinessCases.as_view()),
    path("business-cases/<int:pk>", OneBusinessCase.as_view()),
    path("changes", Changes.as_view()),
    path("changes/<int:pk>", OneChange.as_view()),
    path("experiments", Experiments.as_view()),
    path("experiments/<str:slug>", OneExperiment.as_view()),
    path("experiments/<str:slug>/assign", Assign.as_view()),
    path("", include("dashboards.gestures.api")),
    path("", include("dashboards.coaching.api")),
    path("", include("dashboards.results.api")),
    path("findings", Findings.as_view()),
    path("improvements", Improvements.as_view()),
    path("improvements/<int:pk>", OneImprovement.as_view()),
    path("decisions", Decisions.as_view()),
    path("decisions/<int:pk>", OneDecision.as_view()),
    path("arrivals", Arrived.as_view()),
    path("channel-costs", ChannelCosts.as_view()),
    path("heatmap", Heatmap.as_view()),
    path("journeys/<str:slug>/paths", Paths.as_view()),
    path("journeys/<str:slug>/paths/customers", PathCustomers.as_view()),
    path("tag-scores", TagScores.as_view()),
    path("persona-scores", PersonaScores.as_view()),
]
