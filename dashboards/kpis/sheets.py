"""The company's own figures as tables for files."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.kpis.figures import Figure
from dashboards.sheets import Column, Sheet, Value


def sheets(figures: Sequence[Figure]) -> list[Sheet]:
    """The latest value of each series with what became of it, then all the values, the newest last."""
    return [_latest(figures), _values(figures)]


def _latest(figures: Sequence[Figure]) -> Sheet:
    columns = (
        Column("kpi", _("KPI")),
        Column("unit", _("Unit"), unit_of="latest"),
        Column("since", _("Since"), "date"),
        Column("latest", _("Latest"), "score"),
        Column("before", _("Since the one before"), "points"),
        Column("season", _("Since a year before"), "points"),
        Column("source", _("Source")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            figure.name,
            figure.unit,
            *(figure.last or (None, None)),
            figure.before.by if figure.before else None,
            figure.season.by if figure.season else None,
            figure.source,
        )
        for figure in figures
    ]
    return Sheet("kpis", _("KPIs"), columns, rows)


def _values(figures: Sequence[Figure]) -> Sheet:
    columns = (
        Column("kpi", _("KPI")),
        Column("first", _("First day"), "date"),
        Column("value", _("Value"), "score"),
        Column("unit", _("Unit"), unit_of="value"),
    )
    rows = [(figure.name, day, value, figure.unit) for figure in figures for day, value in figure.values]
    return Sheet("kpi-values", _("Values"), columns, rows)
