"""Numbers and days in templates, in the language of the page."""

from decimal import Decimal

from django import template

from cxplatform.tenancy import numbers

register = template.Library()
register.filter("count", numbers.count)
register.filter("share", numbers.share)
register.filter("day", numbers.day)
register.filter("minutes", numbers.minutes)


@register.filter
def ahead(of: float) -> str:
    """How far a moment is from now, before or after it, in words."""
    return numbers.minutes(abs(of))


@register.filter
def target(of: Decimal | float) -> str:
    """A target in per cent, with decimals only where it has some."""
    return numbers.per_cent(float(of), decimals=0 if of == int(of) else 2)
