"""What goes out with the figures."""

from django import template

from dashboards.leadership.page import Page
from dashboards.leadership.sheets import notes_of

register = template.Library()


@register.filter
def notes(page: Page) -> tuple[str, ...]:
    """`{{ page|notes }}`: the period, what is compared, whose figures, what is hidden."""
    return notes_of(page)
