"""Numbers and days in templates, in the language of the page."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from cxplatform.tenancy import numbers

register = template.Library()
register.filter("count", numbers.count)
register.filter("share", numbers.share)
register.filter("between", numbers.between)
register.filter("share_number", numbers.share_number)
register.filter("share_between", numbers.share_between)
register.filter("day", numbers.day)
register.filter("minutes", numbers.minutes)


@register.filter
def hours(of: int) -> str:
    """Minutes as hours: 8 h, 1.5 h."""
    return _("%(n)s h") % {"n": numbers.number(of / 60, decimals=0 if of % 60 == 0 else 1)}


@register.filter
def ahead(of: float) -> str:
    """How far a moment is from now, in minutes before or after it, roughly: 12 min, 5 h, 2 days."""
    return numbers.minutes(abs(of), rough=True)


@register.filter
def target(of: Decimal | float) -> str:
    """A target in per cent, with decimals only where it has some."""
    return numbers.per_cent(float(of), decimals=0 if of == int(of) else 2)
