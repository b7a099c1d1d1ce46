"""How figures of a business case are written."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from cxplatform.tenancy.numbers import number, per_cent
from dashboards.cases.forms import typed
from dashboards.cases.inputs import MARKS, PARTS, SORTS, Input

register = template.Library()


@register.filter
def written(value: float | None, kind: str) -> str:
    """A line's figure: money and counts whole, a share in per cent; a dash of nothing known."""
    if value is None:
        return "–"
    if kind == "share":
        return per_cent(100 * value, decimals=1)
    return number(value, decimals=2 if kind == "number" else 0)


@register.filter
def told(value: float | None, kind: str) -> str:
    """A figure as it was typed."""
    if value is None:
        return "–"
    return _("%(number)s%%") % {"number": typed(value, kind)} if kind == "share" else typed(value, kind)


@register.filter
def mark(of: Input) -> str:
    return str(MARKS[of.mark])


@register.filter
def belongs(of: Input) -> str:
    """Of a case's own cost or benefit: when it falls and to which part it belongs."""
    return f"{SORTS[of.sort]}, {PARTS[of.part]}" if of.own else ""


@register.filter
def part_of(line: Any) -> str:
    """To which part a line belongs, in words."""
    return str(PARTS.get(line.part, ""))


@register.simple_tag
def ends(of: Input, end: Any) -> str:
    """`{% ends input "low" %}`: one end of a figure's range."""
    return told(of.at(end), of.kind)


@register.filter
def unlocalised(value: float) -> str:
    """A coordinate: a decimal point whatever the language."""
    return f"{value:g}"
