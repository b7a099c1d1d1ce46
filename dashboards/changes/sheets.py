"""Findings and changes as tables."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from dashboards.changes.lines import Line, place_of
from dashboards.changes.page import FindingsPage
from dashboards.changes.told import read
from dashboards.measures import short_name
from dashboards.models import Insight
from dashboards.sheets import Column, Sheet, Value
from dashboards.structure import Structure


def found_sheet(lines: Iterable[Line], *, key: str = "found", title: str = "", notes: Sequence[str] = ()) -> Sheet:
    """The sentences; their figures differ by kind, so they stand as text."""
    columns = (
        Column("text", _("What was found")),
        Column("figures", _("Figures")),
        Column("since", _("Since"), "date"),
    )
    rows = [(line.text, "; ".join(line.figures), line.insight.start) for line in lines]
    return Sheet(key, title or _("Found in the figures"), columns, rows, notes=tuple(notes))


def findings_sheets(page: FindingsPage) -> list[Sheet]:
    """One sheet for each kind."""
    return [found_sheet(section.lines, key=section.kind, title=str(section.title)) for section in page.sections]


def change_sheet(lines: Iterable[Line], structure: Structure, *, key: str = "fix", notes: Sequence[str] = ()) -> Sheet:
    """What each change did, before and after, as figures; empty where it was too early or too few answered."""
    columns = (
        Column("what", _("What was changed")),
        Column("place", _("Place")),
        Column("day", _("Day"), "date"),
        Column("metric", _("Metric")),
        Column("effect", _("Difference"), "points"),
        Column("effect_low", _("Difference, low"), "points", low_of="effect"),
        Column("effect_high", _("Difference, high"), "points", high_of="effect"),
        Column("before", _("Before"), "score"),
        Column("before_low", _("Before, low"), "score", low_of="before"),
        Column("before_high", _("Before, high"), "score", high_of="before"),
        Column("before_n", _("n before"), "count", n_of="before"),
        Column("after", _("After"), "score"),
        Column("after_low", _("After, low"), "score", low_of="after"),
        Column("after_high", _("After, high"), "score", high_of="after"),
        Column("after_n", _("n after"), "count", n_of="after"),
    )
    rows = [_row(line.insight, structure) for line in lines]
    return Sheet(key, _("What changes did"), columns, rows, notes=tuple(notes))


def _row(insight: Insight, structure: Structure) -> tuple[Value, ...]:
    data, place = insight.data, place_of(insight, structure)
    head = (data["what"], place.name if place else "", date.fromisoformat(data["day"]))
    if data["state"] != "tested":
        return (*head, *[None] * 12)
    then, now, by = read(data, "then"), read(data, "now"), data["difference"]
    return (
        *head,
        short_name(metric(data["metric"])),
        *(by["value"], by["low"], by["high"]),
        *(then.value, then.low, then.high, then.n, now.value, now.low, now.high, now.n),
    )
