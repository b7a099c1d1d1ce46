"""Figures in templates: numbers and verdicts in words, addresses that keep the query."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import template

from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.score import Score
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.asked import Asked
from dashboards.cells import Cell
from dashboards.kpis.figures import Change
from dashboards.leadership import tips
from dashboards.leadership.heatmap import StageCell
from dashboards.leadership.page import Page
from dashboards.leadership.signals import Signal
from dashboards.measures import QUANTITIES, short_name
from dashboards.periods import Period
from dashboards.query import DEFAULT_VIEW, Query, Segment

_BETWEEN = re.compile(r"(?<=[\d%])…(?=[\d+−])")

register = template.Library()
register.filter("movement", words.movement)
register.filter("sign", words.sign)
register.filter("to_target", words.to_target)
register.filter("count", numbers.count)
register.filter("minutes", numbers.minutes)
register.filter("share", numbers.share)
register.filter("between", numbers.between)
register.filter("share_number", numbers.share_number)
register.filter("share_between", numbers.share_between)
register.filter("day", numbers.day)
register.filter("moved_by", words.changed)


@register.filter
def lead(score: Score) -> str:
    """The leading value of a score, with a decimal where its interval is narrow enough."""
    return words.lead(score)


@register.filter
def lead_short(score: Score) -> str:
    """The leading value for a cell among many."""
    return words.lead(score, cell=True)


@register.filter
def unbroken(text: str) -> str:
    """A sentence with intervals in it, none of which ends on another line than it began."""
    return _BETWEEN.sub("…\N{WORD JOINER}", text)


@register.filter
def interval(score: Score) -> str:
    return words.interval(score)


@register.filter
def in_unit(value: float | None, of: Metric | str) -> str:
    """A bare value (a target, a month's score) in the unit of its metric."""
    return words.value(value, (metric(of) if isinstance(of, str) else of).unit)


@register.filter
def number_in(value: float | None, of: Metric | str) -> str:
    """`in_unit` without its sign: an end of the interval beside a value that has it."""
    return words.bare(value, (metric(of) if isinstance(of, str) else of).unit)


@register.filter
def per_cent(value: float | None) -> str:
    return words.value(value, "percent")


@register.filter
def points(value: float | None) -> str:
    """A place on 0-100, or a gap there."""
    return words.value(value, "points")


@register.filter
def measured(value: float, unit: str) -> str:
    """A KPI's value with its unit."""
    return words.measured(value, unit)


@register.filter
def changed(change: Change | None, unit: str) -> str:
    """How far a KPI moved; a dash where that is not known."""
    return words.changed(change.by, unit) if change else "–"


@register.filter
def quantity(of: Metric | str) -> Any:
    """What the number is: "promoters less detractors"."""
    return QUANTITIES.get((metric(of) if isinstance(of, str) else of).key, "")


register.filter("short_name", short_name)


@register.filter
def days(of: Period) -> str:
    return words.period(of)


@register.simple_tag
def verdict(cell: Cell, on_target: bool) -> str:
    """`{% verdict cell page.on_target %}`"""
    return words.verdict(cell, on_target=on_target)


@register.simple_tag
def tip(entry: StageCell, page: Page, minimum: int) -> list[str]:
    """`{% tip entry page tenant.anonymity_minimum as lines %}`: what a cell of the heatmap says of itself."""
    return tips.tip(entry, of=page.metric, on_target=page.on_target, minimum=minimum)


@register.simple_tag
def compared_with(page: Page | Asked) -> str:
    """`{% compared_with page %}`: what a page's figures are compared with, in words."""
    return words.compared_with(
        against=page.against,
        then=page.then,
        others=page.rival if page.compared else "",
        baseline=page.baseline.name if page.baseline else "",
    )


@register.simple_tag
def ask(query: Query, **changes: Any) -> str:
    """`{% ask page.query metric="ces" %}`: the query's address with some fields changed."""
    return query.querystring(**changes)


@register.simple_tag
def row_address(query: Query, value: str) -> str:
    """`{% row_address query row.value %}`: the page of the customers of a row of a table by dimension."""
    return query.querystring(view=DEFAULT_VIEW, segment=Segment(query.view, value), compare=None)


@register.simple_tag
def signalled(signal: Signal, of: Metric) -> str:
    """`{% signalled entry.signal page.metric %}`: what a control chart says, in a sentence."""
    return words.signalled(signal, of)


@register.filter
def level_class(level: int) -> str:
    """The class of a step of the colour scale: "up-3", "down-1", "level"."""
    return "level" if level == 0 else f"{'up' if level > 0 else 'down'}-{abs(level)}"


@register.filter
def at(of: Any, place: int) -> Any:
    """One of a sequence by its place."""
    return of[place]


@register.filter
def paired(heads: Iterable[Any], cells: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """A row's cells with what stands above each, for where rows become blocks."""
    return zip(heads, cells, strict=False)
