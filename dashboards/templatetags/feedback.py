"""What the feedback pages' templates look up."""

from collections.abc import Mapping
from typing import Any

from django import template

from cxplatform.stats.metrics import metric
from dashboards.measures import short_name

register = template.Library()


@register.filter
def of_key(of: Mapping[Any, Any], key: Any) -> Any:
    """One of a mapping by its key, "" where it is not there."""
    return of.get(key, "") if of else ""


@register.filter
def short_name_of(name: str) -> str:
    """A metric's short name by its own name."""
    return short_name(metric(name))
