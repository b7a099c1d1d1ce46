from dashboards.models.cases import BusinessCase, CaseVersion
from dashboards.models.chair import CaseChoice, ChairCase
from dashboards.models.changes import Convened, JourneyChange
from dashboards.models.coaching import CoachingTalk
from dashboards.models.costs import ChannelCost
from dashboards.models.digests import DigestChoice
from dashboards.models.experiments import Experiment
from dashboards.models.focus import CustomerWorth, FocusTheme
from dashboards.models.gestures import Gesture, GestureUse
from dashboards.models.history import Baseline, BaselineCount, Snapshot
from dashboards.models.improvements import Action, Improvement, Source, TeamMember, Watched
from dashboards.models.insights import Insight, Look
from dashboards.models.kpis import KpiSeries, KpiValue
from dashboards.models.levels import Benchmark, CompanyIndex
from dashboards.models.meetings import AgendaItem, Decision, Meeting
from dashboards.models.plan import MetricOwner, Plan, PlanArea, PlanStep, RewardedFigure
from dashboards.models.population import Basis, Population
from dashboards.models.quotes import Quote
from dashboards.models.results import PublicQuote, ResultsPage
from dashboards.models.rounds import ChangeAgent, Course, CourseDone, Round, RoundAnswer, RoundVoice
from dashboards.models.saved import FirstView, SavedView
from dashboards.models.sharing import ShareLink
from dashboards.models.targets import Target

__all__ = [
    "Action",
    "AgendaItem",
    "Baseline",
    "BaselineCount",
    "Basis",
    "Benchmark",
    "BusinessCase",
    "CaseChoice",
    "CaseVersion",
    "ChairCase",
    "ChangeAgent",
    "ChannelCost",
    "CoachingTalk",
    "CompanyIndex",
    "Convened",
    "Course",
    "CourseDone",
    "CustomerWorth",
    "Decision",
    "DigestChoice",
    "Experiment",
    "FirstView",
    "FocusTheme",
    "Gesture",
    "GestureUse",
    "Improvement",
    "Insight",
    "JourneyChange",
    "KpiSeries",
    "KpiValue",
    "Look",
    "Meeting",
    "MetricOwner",
    "Plan",
    "PlanArea",
    "PlanStep",
    "Population",
    "PublicQuote",
    "Quote",
    "ResultsPage",
    "RewardedFigure",
    "Round",
    "RoundAnswer",
    "RoundVoice",
    "SavedView",
    "ShareLink",
    "Snapshot",
    "Source",
    "Target",
    "TeamMember",
    "Watched",
]
