"""Levels in templates: quarters, weeks and what metrics are called."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.numbers import MINUS, number, per_cent
from dashboards import words
from dashboards.levels import words as named

register = template.Library()
register.filter("quarter", named.quarter)
register.filter("week", named.week)
register.filter("counted", named.counted)


@register.filter
def called(of: Any) -> str:
    """What a metric, or the metric of this name, is called."""
    return named.called(metric(of) if isinstance(of, str) else of)


@register.filter
def verdict_sign(verdict: str) -> str:
    """The sign that stands beside a verdict in words."""
    return words.SIGNS.get(verdict, "")


@register.filter
def verdict_word(verdict: str) -> str:
    """A verdict on a change, in words."""
    return {
        "better": _("better"),
        "worse": _("worse"),
        "no_clear_change": _("no clear change"),
        "not_enough": _("too few to compare"),
    }.get(verdict, "")


@register.filter
def one_decimal(value: float | None) -> str:
    """A figure on 0-100; a dash where there is none."""
    return "–" if value is None else number(value, decimals=1)


@register.filter
def signed(value: float | None) -> str:
    """+2.3, −0.4: how far something moved."""
    if value is None:
        return "–"
    text = number(abs(value), decimals=1)
    nothing = not any(sign.isdigit() and sign != "0" for sign in text)
    return text if nothing else f"{MINUS if value < 0 else '+'}{text}"


@register.simple_tag
def written(row: Any, value: float | None) -> str:
    """`{% written row value %}`: a week's value in the unit of its row."""
    return str(row.written(value))


@register.filter
def per_cent_tenth(value: float | None) -> str:
    """A value in per cent with a decimal; a dash where there is none."""
    return per_cent(value, decimals=1)
