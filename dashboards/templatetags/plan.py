"""Means on 1-5, and bars of the plan's room."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxplatform.stats.sums import Mean
from cxplatform.tenancy import numbers
from dashboards.plan.asked import AGREE
from dashboards.plan.results import Assessed, Part

register = template.Library()
_WIDE = 100


@register.filter
def tenth(value: float) -> str:
    """3,4"""
    return numbers.number(value, decimals=1)


@register.simple_tag
def group_mean(of: Assessed, key: str) -> str | SafeString:
    """The mean of one group; hidden ones are hatched."""
    mean = of.groups.get(key)
    if mean is None or mean.value is None:
        return format_html('<span class="muted">{}</span>', "–")
    return numbers.number(mean.value, decimals=1)


@register.simple_tag
def area_mean(means: Mapping[str, Mean], area: str) -> str | SafeString:
    """What the newest assessment says of an area, as a link to it; nothing where it says nothing."""
    mean = means.get(area)
    if mean is None or mean.value is None:
        return ""
    value = _("assessment %(value)s / 5") % {"value": numbers.number(mean.value, decimals=1)}
    return format_html('<a class="plan-assessed" href="{}">{}</a>', reverse("assessment"), value)


@register.simple_tag
def mean_bar(own: Mean, outside: Mean | None) -> SafeString:
    """The interval, the mean and the outside view on the scale 1-5. The numbers stand beside it."""
    low, high = (end if end is not None else own.value or 1 for end in (own.low, own.high))
    mark: Any = ""
    if outside and outside.value is not None:
        mark = format_html('<circle class="radar-dot radar-outside" cx="{}" cy="8" r="4"/>', _x(outside.value))
    return format_html(
        '<svg viewBox="-5 0 110 16" width="165" height="24" aria-hidden="true"><line class="bar-track" x1="0" y1="8" '
        'x2="100" y2="8"/><rect class="bar-interval" x="{}" y="5" width="{}" height="6"/>{}'
        '<circle class="bar-mean" cx="{}" cy="8" r="4"/></svg>',
        _x(low),
        f"{max(float(_x(high)) - float(_x(low)), 0.5):.1f}",
        mark,
        _x(own.value or 1),
    )


@register.simple_tag
def share_bar(part: Part) -> SafeString:
    """A share in per cent with its interval."""
    return format_html(
        '<svg viewBox="0 0 100 12" width="220" height="16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" x="0" y="0" width="100" height="12"/><rect class="bar-share" x="0" y="0" width="{}" '
        'height="12"/><rect class="bar-ends" x="{}" y="5" width="{}" height="2"/></svg>',
        f"{part.share:.1f}",
        f"{part.low:.1f}",
        f"{part.high - part.low:.1f}",
    )


def _x(value: float) -> str:
    return f"{(value - 1) / (AGREE - 1) * _WIDE:.1f}"
