"""Promises in templates: addresses that keep what was asked for, and gaps in words."""

from django import template
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.numbers import number
from promises.board.asked import Asked
from promises.board.scores import Gap
from promises.judging.reasons import in_words
from surveys.questionnaire.questions import type_of

register = template.Library()


@register.simple_tag
def promise_ask(asked: Asked, **changes: str) -> str:
    """`{% promise_ask asked by="unit" %}`: the page's address with some of its parameters changed."""
    return asked.address(**changes)


register.filter("reason", in_words)


@register.filter
def lower_or_higher(gap: Gap) -> str:
    """ "31 lower": a difference, never called a cost or a cause."""
    by = gap.scores.difference or 0.0
    amount = number(abs(by), decimals=0 if abs(by) >= 10 else 1)
    return (_("%(number)s lower") if by < 0 else _("%(number)s higher")) % {"number": amount}


@register.filter
def gap_interval(gap: Gap) -> str:
    """The interval of a gap as the gap is told: of one that is lower, how much lower."""
    ends = [gap.scores.low or 0.0, gap.scores.high or 0.0]
    if (gap.scores.difference or 0.0) < 0:
        ends = [-end for end in reversed(ends)]
    return "…".join(number(end, decimals=0 if min(map(abs, ends)) >= 10 else 1) for end in ends)


@register.filter
def metric_name(of: Metric) -> str:
    """What was asked, as the editor calls it; another metric by its own name."""
    known = type_of(of.name)
    return str(known.name) if known else of.name
