"""REST addresses of this room, below `/api/v1/`; no leading and no trailing slash."""

from django.urls import include, path

from promises.alerts.api import Alerts
from promises.api import PromiseCompliance
from promises.board.api import PromiseBoard, PromiseOutcomes, PromisesDueSoon
from promises.board.exclusions_api import ExcludedOutcome, Exclusions
from promises.feasible.api import PromiseHistory, RuleTrials
from promises.making.api import Lifecycle

urlpatterns = [
    path("alerts", Alerts.as_view()),
    path("promise-board", PromiseBoard.as_view()),
    path("promises-due-soon", PromisesDueSoon.as_view()),
    path("promises/<str:slug>/outcomes", PromiseOutcomes.as_view()),
    path("promises/<str:slug>/exclusions", Exclusions.as_view()),
    path("promises/<str:slug>/exclusions/<str:outcome>", ExcludedOutcome.as_view()),
    path("promises/<str:slug>/compliance", PromiseCompliance.as_view()),
    path("promises/<str:slug>/history", PromiseHistory.as_view()),
    path("promises/<str:slug>/rule-trials", RuleTrials.as_view()),
    path("promises/<str:slug>/lifecycle", Lifecycle.as_view()),
    path("", include("promises.instructions.api")),
    path("", include("promises.publishing.api")),
    path("", include("promises.making.support_api")),
    path("", include("promises.definitions_api")),
]
