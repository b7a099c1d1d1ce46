"""Differences and 0-100 values in templates."""

from django import template

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.numbers import number
from dashboards.measures import short_name

register = template.Library()


@register.filter
def signed(value: float | None, decimals: int = 0) -> str:
    """+12, −8, 0: a difference with its sign; a dash where there is none."""
    if value is None:
        return "–"
    text = number(value, decimals=decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


@register.filter
def rounded(value: float | None, decimals: int = 0) -> str:
    """71: a number as people read it; a dash where there is none."""
    return "–" if value is None else number(float(value), decimals=decimals)


@register.filter
def add_float(value: float, other: float) -> float:
    """The sum: where the third part of a bar begins."""
    return value + other


@register.filter
def times_ten(slope: float) -> str:
    """How many points of the whole go with ten points of a driver."""
    return number(10 * slope, decimals=1)


@register.filter
def short_name_of(name: str) -> str:
    """The short name of a metric by its own: "nps/0-10" -> "NPS"."""
    return short_name(metric(name)) if name else ""
