from dashboards.models.chair import CaseChoice, ChairCase
from dashboards.models.costs import ChannelCost
from dashboards.models.insights import Insight, Look
from dashboards.models.kpis import KpiSeries, KpiValue
from dashboards.models.meetings import Decision, Meeting
from dashboards.models.population import Population
from dashboards.models.quotes import Quote
from dashboards.models.targets import Target

__all__ = [
    "CaseChoice",
    "ChairCase",
    "ChannelCost",
    "Decision",
    "Insight",
    "KpiSeries",
    "KpiValue",
    "Look",
    "Meeting",
    "Population",
    "Quote",
    "Target",
]
