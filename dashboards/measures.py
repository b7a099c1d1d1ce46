"""The measures of the leadership page: what a person chooses, and the metrics and scales behind each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from cxplatform.stats.metrics import METRICS, Metric, metric
from surveys.questionnaire.questions import QUESTION_TYPES


@dataclass(frozen=True)
class Measure:
    """`metrics` are never pooled: one is shown, the first listed that `ranked` prefers or the one most answered."""

    key: str
    name: Lazy
    short: Lazy
    metrics: tuple[str, ...]
    ranked: bool = False

    def metric(self, answers: Mapping[str, int]) -> Metric:
        """The metric shown, by how many answers each has."""
        asked = [name for name in self.metrics if answers.get(name)]
        if not asked:
            return metric(self.metrics[0])
        return metric(asked[0] if self.ranked else max(asked, key=lambda name: answers[name]))


_DECLARED = (
    Measure("nps", _("Recommendation (NPS)"), _("NPS"), ("nps/0-10", "nps/1-10", "nps/3")),
    Measure("ces", _("Ease (CES)"), _("Ease"), ("ces/1-7", "ces/1-5")),
    # Strict leads wherever "as you expected?" is asked beside it.
    Measure("fcr", _("First contact resolution (FCR)"), _("FCR"), ("fcr_expected/15", "fcr/5"), ranked=True),
    Measure("emotion", _("Emotion"), _("Emotion"), ("emotion/7",)),
    Measure("expectation", _("Expectation"), _("Expectation"), ("expectation/3",)),
    Measure("csat", _("Satisfaction (CSAT)"), _("CSAT"), ("csat/1-5", "csat/1-10")),
    Measure("faces", _("Four faces"), _("Faces"), ("faces/4",)),
)
_STRICT = _("Strict FCR")
MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in _DECLARED}
PAGE_METRICS = tuple(name for measure in _DECLARED for name in measure.metrics)

# What the leading quantity of a metric is called, beside its number.
QUANTITIES: Mapping[str, Lazy] = {
    "nps": _("promoters less detractors"),
    "ces": _("found it easy"),
    "fcr": _("solved at first contact"),
    "fcr_expected": _("solved at first contact and as expected"),
    "emotion": _("positive less negative feelings"),
    "expectation": _("worse than expected"),
    "csat": _("satisfied"),
    "faces": _("very good"),
}


def measure_of(of: Metric) -> Measure | None:
    """The measure to which a metric belongs."""
    return next((measure for measure in _DECLARED if of.name in measure.metrics), None)


# Made of several questions, so no question type names them.
_MADE: Mapping[str, Lazy] = {
    "fcr_expected/15": _("Strict first contact resolution"),
    "nps/3": _("Recommendation, NPS (three classes, monthly counts)"),
    "cx3d/3-21": _("CX3D (three dimensions together)"),
    "value/-6..6": _("Perceived value (benefit minus sacrifice)"),
}


def metric_name(name: str) -> Any:
    """What staff call a metric, "nps/0-10" -> "Recommendation, NPS (0-10)"."""
    base, _colon, subject = name.partition(":")
    if subject and base in METRICS:
        return f"{metric_name(base)}: {subject}"
    return QUESTION_TYPES[name].name if name in QUESTION_TYPES else _MADE.get(name, name)


@dataclass(frozen=True)
class OtherMetric:
    """A metric that is answered and is none of the measures: `name` is what the editor of surveys calls it."""

    metric: str
    name: Lazy | str


def other_metrics(answered: Collection[str]) -> tuple[OtherMetric, ...]:
    """The metrics of the registry among those answered that no measure holds, in the registry's order."""
    return tuple(
        OtherMetric(name, metric_name(name))
        for name, of in METRICS.items()
        if name in answered and measure_of(of) is None
    )


def short_name(of: Metric) -> str:
    """What a metric is called in a heading: its measure's short name, with the scale where it is a rarer one."""
    measure = measure_of(of)
    if of.key == "fcr_expected":
        return str(_STRICT)
    if measure is None:
        return str(metric_name(of.name))
    return str(measure.short) if of.name == measure.metrics[0] or of.key == "fcr" else f"{measure.short} ({of.scale})"


def chosen(name: str, answers: Mapping[str, int]) -> Metric:
    """The metric for a measure's key ("nps") or a metric's own name ("nps/1-10")."""
    return metric(name) if name in METRICS else MEASURES[name].metric(answers)
