"""Paths in templates: shares, fitness and feelings in words, and counts that open the customers behind them."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import journey_words, words
from dashboards.shares import Share

register = template.Library()
register.filter("fitness", journey_words.fitness)
register.filter("fitness_interval", journey_words.fitness_interval)
register.filter("feeling", journey_words.feeling)
register.filter("feeling_interval", journey_words.feeling_interval)


@register.filter
def share_interval(of: Share) -> str:
    """low…high of a share in per cent."""
    if of.low is None or of.high is None:
        return ""
    return f"{words.number(of.low)}…{words.number(of.high)}"


@register.filter
def moved(verdict: str) -> str:
    """A verdict on a change, in words."""
    return {
        "better": _("better"),
        "worse": _("worse"),
        "no_clear_change": _("no clear change"),
        "not_enough": _("too few to compare"),
    }[verdict]


@register.filter
def verdict_sign(verdict: str) -> str:
    return words.SIGNS[verdict]


@register.inclusion_tag("dashboards/journeys/_n.html", takes_context=True)
def behind(context: template.Context, n: int, of: str, key: str = "", state: str = "") -> dict[str, Any]:
    """`{% behind 120 "visited" "12" %}`: a count as a link to the passages behind it."""
    given = {name: value for name, value in (("of", of), ("key", key), ("state", state)) if value}
    return {
        "n": n,
        "address": f"{reverse('passages', args=[context['asked'].slug])}?{context['more']}{urlencode(given)}",
    }


@register.filter
def share_short(value: float | None) -> str:
    """Per cent of a rare thing: with a decimal under ten."""
    return words.value(value, "percent", decimals=0 if value is None or value >= 10 else 1)


@register.filter
def across(value: float) -> str:
    """A feeling from -1 to 1 as per cent of a bar's width, for SVG."""
    return f"{50 + 48 * value:.1f}"


@register.filter
def svg(value: float) -> str:
    """A number as SVG reads it, whatever the page's language."""
    return f"{value:g}"
