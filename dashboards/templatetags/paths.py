"""Paths in templates: shares, fitness and feelings in words, and counts that open the customers behind them."""

from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.journeys import words as journey_words
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
    return f"{numbers.number(of.low)}…{numbers.number(of.high)}"


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


@register.simple_tag(takes_context=True)
def behind(context: template.Context, n: int, of: str, key: str = "", state: str = "") -> str:
    """`{% behind 120 "visited" "12" %}`: a count as a link to the passages behind it."""
    if not n:
        return "0"
    given = {name: value for name, value in (("of", of), ("key", key), ("state", state)) if value}
    return format_html('<a class="n" href="{}{}">{}</a>', context["passages"], urlencode(given), numbers.count(n))


@register.filter
def with_interval(share: Share) -> str:
    """A share in per cent with its interval beside it; a dash of nothing."""
    if share.value is None:
        return mark_safe('<span class="muted">–</span>')
    value, interval = words.value(share.value, "percent"), share_interval(share)
    return format_html('{} <span class="muted nowrap">{}</span>', value, interval)


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


@register.simple_tag(takes_context=True)
def own_address(context: template.Context, **changes: str) -> str:
    """The tab's address with some of its own parameters changed; "" takes one away."""
    given = context["query"].parameters() | context["own"] | changes
    return f"?{urlencode({name: value for name, value in given.items() if value})}"


@register.simple_tag(takes_context=True)
def rank_link(context: template.Context, rank: str) -> str:
    """What units are put in order by, as a link; the one in force is said as that."""
    label = {
        "wait": _("waiting in all"),
        "median": _("median wait"),
        "times": _("how many come in"),
        "unplanned": _("share of unplanned ones"),
    }[rank]
    if context["page"].chosen.rank == rank:
        return format_html('<strong aria-current="true">{}</strong>', label)
    return format_html('<a href="{}">{}</a>', own_address(context, rank=rank), label)
