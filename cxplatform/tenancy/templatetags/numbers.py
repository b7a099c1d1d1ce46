"""Numbers and days in templates, in the language of the page."""

from django import template

from cxplatform.tenancy import numbers

register = template.Library()
register.filter("count", numbers.count)
register.filter("share", numbers.share)
register.filter("day", numbers.day)
register.filter("minutes", numbers.minutes)
