"""The page of levels as sheets: the index by segment, scores by quarter, benchmarks."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cxplatform.tenancy.numbers import day
from dashboards.levels.figures import Levels, Line
from dashboards.levels.words import called, kind_name, quarter
from dashboards.sheets import Chart, Column, Sheet


def sheets(levels: Levels) -> Sequence[Sheet]:
    """Each part of the page that has anything; what is hidden there is empty here."""
    return [_index(levels), _lines(levels), _benchmarks(levels)]


def _index(levels: Levels) -> Sheet:
    at, of = levels.standing, levels.declared
    rows = [
        (part.value or _("Everybody"), 100 * part.weight, part.mean, part.low, part.high, part.n) for part in at.parts
    ]
    notes = [at.why] if at.why else []
    if at.index and at.quarter:
        rows.append((_("CX index"), 100 * at.index.coverage, at.value, at.index.low, at.index.high, at.index.n))
        notes.append(quarter(at.quarter) + (f" ({_('so far')})" if at.so_far else ""))
    if at.base.as_of:
        told = {"day": day(at.base.as_of), "source": at.base.source}
        notes.append(_("Weights as of %(day)s, source: %(source)s.") % told)
    return Sheet(
        key="index",
        title=_("CX index"),
        columns=(
            Column("part", of.dimension_name or _("Segment")),
            Column("weight", _("Weight"), "percent"),
            Column("value", _("Value"), "score"),
            Column("low", _("Low"), "score", low_of="value"),
            Column("high", _("High"), "score", high_of="value"),
            Column("n", "n", "count", n_of="value"),
        ),
        rows=rows,
        chart=Chart("bar", "part", ("value",), target=of.target),
        notes=tuple(notes),
    )


def _lines(levels: Levels) -> Sheet:
    return Sheet(
        key="quarters",
        title=_("Customers and employees"),
        columns=(
            Column("score", _("Score")),
            Column("asked", _("Asked")),
            Column("quarter", _("Quarter")),
            Column("value", _("Value"), "score"),
            Column("low", _("Low"), "score", low_of="value"),
            Column("high", _("High"), "score", high_of="value"),
            Column("n", "n", "count", n_of="value"),
        ),
        rows=[_line(line) for line in (*levels.customers, *levels.staff)],
        notes=(_("Relationship and single encounters, customers and employees are never pooled."),),
    )


def _line(line: Line) -> tuple[str | float | int | None, ...]:
    who = _("Employees") if line.audience == "employee" else _("Customers")
    score = line.cell.score
    figures = (score.value, score.low, score.high, score.n) if score else (None, None, None, None)
    return (called(line.metric), f"{who}, {kind_name(line.kind)}", quarter(line.quarter), *figures)


def _benchmarks(levels: Levels) -> Sheet:
    return Sheet(
        key="benchmarks",
        title=_("What others reach"),
        columns=(
            Column("whose", _("Whose")),
            Column("score", _("Score")),
            Column("value", _("Value"), "score"),
            Column("low", _("Low"), "score", low_of="value"),
            Column("high", _("High"), "score", high_of="value"),
            Column("n", "n", "count", n_of="value"),
            Column("as_of", _("As of"), "date"),
            Column("source", _("Source")),
        ),
        rows=[
            (
                one.benchmark.name,
                called(one.metric),
                one.benchmark.value,
                one.benchmark.low,
                one.benchmark.high,
                one.benchmark.n,
                one.benchmark.as_of,
                one.benchmark.source,
            )
            for one in levels.beside
        ],
        notes=(_("Each with its day and source. Ways of asking differ: nothing here is a target."),),
    )
