"""Quarters, metrics and kinds of surveys as people call them."""

from datetime import date

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.stats.metrics import Metric
from dashboards.levels.load import Kind
from dashboards.measures import measure_of, short_name
from surveys.questionnaire.questions import QUESTION_TYPES

_NAMES: dict[str, Lazy] = {
    "stay/1-7": gettext_lazy("Likely to stay"),
    "pulse_knowledge/1-7": gettext_lazy("Pulse: knowledge"),
    "pulse_action/1-7": gettext_lazy("Pulse: action"),
    "pulse_emotion/1-7": gettext_lazy("Pulse: emotion"),
    "cx3d/3-21": gettext_lazy("CX3D"),
    "value/-6..6": gettext_lazy("Perceived value"),
}

# What a line of customers counts.
_COUNTED: dict[Kind, Lazy] = {
    "relationship": gettext_lazy("relationship, people"),
    "transaction": gettext_lazy("single encounters, answers"),
    "recall": gettext_lazy("memory trace weeks later, answers"),
    "onboarding": gettext_lazy("a new customer's first months, answers"),
}
_KINDS: dict[Kind, Lazy] = {
    "relationship": gettext_lazy("relationship"),
    "transaction": gettext_lazy("single encounters"),
    "recall": gettext_lazy("memory trace weeks later"),
    "onboarding": gettext_lazy("a new customer's first months"),
}


def counted(kind: Kind) -> str:
    """Which survey of customers a score is of, and whether it counts people or answers."""
    return str(_COUNTED[kind])


def kind_name(kind: Kind) -> str:
    """Which survey a score is of."""
    return str(_KINDS[kind])


def quarter(first: date) -> str:
    """Q4/2026"""
    return _("Q%(quarter)d/%(year)d") % {"quarter": (first.month + 2) // 3, "year": first.year}


def called(of: Metric) -> str:
    """What a metric is called in a heading."""
    if of.name in _NAMES:
        return str(_NAMES[of.name])
    if measure_of(of) is None and of.name in QUESTION_TYPES:
        return str(QUESTION_TYPES[of.name].name)
    return short_name(of)


def week(monday: date) -> str:
    """week 47/2026"""
    year, number, _day = monday.isocalendar()
    return _("week %(week)d/%(year)d") % {"week": number, "year": year}
