"""Promises in templates: addresses that keep what was asked for, and gaps in words."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from cxplatform.stats.change import beyond
from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.numbers import number
from promises import verdicts
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
register.filter("against_target", verdicts.said)
register.filter("target_sign", verdicts.sign)
register.filter("clearly", verdicts.clearly)


@register.filter
def verdict_of(kept: Mapping[str, float]) -> str:
    """The verdict on a rate that was kept with its interval and its target (of a day that was kept)."""
    return beyond(kept["low"], kept["high"], kept["target"])


@register.filter
def lower_or_higher(gap: Gap) -> str:
    """ "31 lower" where its whole interval is: a difference, never called a cost or a cause."""
    if _unclear(gap):
        return _("no clear difference")
    by = gap.scores.difference or 0.0
    amount = number(abs(by), decimals=0 if abs(by) >= 10 else 1)
    return (_("%(number)s lower") if by < 0 else _("%(number)s higher")) % {"number": amount}


@register.filter
def gap_interval(gap: Gap) -> str:
    """The interval of a gap as the gap is told: of one that is lower, how much lower; of no clear one as it is."""
    ends = [gap.scores.low or 0.0, gap.scores.high or 0.0]
    if (gap.scores.difference or 0.0) < 0 and not _unclear(gap):
        ends = [-end for end in reversed(ends)]
    return "…".join(number(end, decimals=0 if min(map(abs, ends)) >= 10 else 1) for end in ends)


def _unclear(gap: Gap) -> bool:
    low, high = gap.scores.low, gap.scores.high
    return low is None or high is None or low <= 0 <= high


@register.filter
def metric_name(of: Metric) -> str:
    """What was asked, as the editor calls it; another metric by its own name."""
    known = type_of(of.name)
    return str(known.name) if known else of.name
