"""Differences of an experiment in templates."""

from django import template

from cxplatform.stats.metrics import Metric
from dashboards.experiments import words

register = template.Library()


@register.simple_tag
def differs(value: float | None, of: Metric) -> str:
    """`{% differs one.against.low metric %}`: "+4.2", a dash where there is none."""
    return "–" if value is None else words.signed(value, of)
