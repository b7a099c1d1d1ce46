"""Findings in templates."""

from collections.abc import Mapping
from typing import Any

from django import template

from dashboards.improvements.keys import key_of

register = template.Library()
register.filter("key", key_of)


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key, None where it has nothing."""
    return mapping.get(key)
