"""Blind spots as tables for exports."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from dashboards.gaps.page import GapsPage, Row
from dashboards.measures import short_name
from dashboards.sheets import Chart, Column, Sheet, Value
from dashboards.words import day, period

VERDICTS = {
    "blind_spot": lambda: _("blind spot"),
    "hidden_strength": lambda: _("hidden strength"),
    "underrated": lambda: _("staff underrate it"),
    "overrated": lambda: _("staff overrate it"),
    "none": lambda: _("no clear gap"),
}


def sheets(page: GapsPage) -> list[Sheet]:
    """Gaps, importance as assumed and as stated, and expectations by touchpoint; those that have rows."""
    gaps = [*page.gaps, *([page.belief] if page.belief else [])]
    found = []
    if gaps:
        found.append(gap_sheet("blind_spots", _("Blind spots"), gaps, start=page.start, last=page.last))
    if page.importance:
        title = _("What is thought to matter, and what does")
        found.append(gap_sheet("importance", title, page.importance, start=page.start, last=page.last))
    if page.expected.places:
        found.append(_expected(page))
    return found


def gap_sheet(key: str, title: str, rows: Sequence[Row], *, start: date | None, last: date | None) -> Sheet:
    """Guesses beside answers; `start` ... `last` are the days of the customers' answers."""
    columns = (
        Column("place", _("Touchpoint")),
        Column("metric", _("Measure")),
        Column("staff", _("Staff guessed"), "score"),
        Column("n_staff", _("n, staff"), "count", n_of="staff"),
        Column("customers", _("Customers answered"), "score"),
        Column("n_customers", _("n, customers"), "count", n_of="customers"),
        Column("gap", _("Gap"), "points"),
        Column("low", _("Gap, low"), "points", low_of="gap"),
        Column("high", _("Gap, high"), "points", high_of="gap"),
        Column("verdict", _("Verdict")),
    )
    values: list[tuple[Value, ...]] = [
        (
            row.place.name if row.place else _("The whole company"),
            short_name(row.metric),
            row.staff,
            row.n_staff,
            row.customers,
            row.n_customers,
            row.gap,
            row.low,
            row.high,
            VERDICTS[row.verdict](),
        )
        for row in rows
    ]
    notes = [_("On 0–100: what staff guessed that customers answer, less what customers answered.")]
    if start and last:
        notes.append(
            _("Customers of %(first)s–%(last)s, staff of the newest mirror survey.")
            % {"first": day(start), "last": day(last)}
        )
    return Sheet(key, title, columns, values, Chart("bar", "place", ("staff", "customers")), notes=tuple(notes))


def _expected(page: GapsPage) -> Sheet:
    columns = (
        Column("place", _("Touchpoint")),
        Column("worse", _("Worse"), "percent"),
        Column("low", _("Worse, low"), "percent", low_of="worse"),
        Column("high", _("Worse, high"), "percent", high_of="worse"),
        Column("as_expected", _("As expected"), "percent"),
        Column("better", _("Better"), "percent"),
        Column("n", "n", "count", n_of="worse"),
    )
    values: list[tuple[Value, ...]] = [
        (
            row.place.name,
            score.shares["worse"],
            score.low,
            score.high,
            score.shares["as_expected"],
            score.shares["better"],
            score.n,
        )
        for row in page.expected.places
        if (score := row.cell.score)
    ]
    chart = Chart("stacked", "place", ("worse", "as_expected", "better"))
    return Sheet("expected", _("Expectation"), columns, values, chart, notes=(period(page.query.period),))
