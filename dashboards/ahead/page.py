"""The page of what is coming, with what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dashboards.ahead import forecasts, links, sales
from dashboards.ahead.outlook import Outlook, outlooks, warnings
from dashboards.changes.lines import ALARMS, Line, lines
from dashboards.goals import load_goals
from dashboards.insights.read import findings
from dashboards.measures import short_name
from dashboards.sheets import Chart, Column, Sheet
from dashboards.sheets import Value as CellValue
from dashboards.structure import load_structure


@dataclass(frozen=True)
class Task:
    """A warning with what may be behind it: findings at the same place."""

    outlook: Outlook
    behind: tuple[Line, ...]


@dataclass(frozen=True)
class AheadPage:
    """`foretold` are outlooks with a forecast, `refused` those without; `links` (sentence, figures) of sales. `made`:
    the day of the newest forecasts; a night is too short for all of a great many, and older ones say their day."""

    tasks: tuple[Task, ...]
    foretold: tuple[Outlook, ...]
    refused: tuple[Outlook, ...]
    links: tuple[tuple[str, str], ...]
    made: date | None


def load_ahead(*, today: date) -> AheadPage:
    """Everything that was foretold, in ten queries; targets are this year's."""
    structure = load_structure()
    found = findings([forecasts.KIND, sales.KIND, *ALARMS])
    every = outlooks(found[forecasts.KIND], structure, load_goals(today.year))
    alarms = [line for kind in ALARMS for line in lines(found[kind], structure)]
    stages = {stage.id: {place.id for place in stage.touchpoints} for stage in structure.stages()}
    return AheadPage(
        tasks=tuple(Task(each, _behind(each, alarms, stages)) for each in warnings(every)),
        foretold=tuple(each for each in every if not each.refused),
        refused=tuple(each for each in every if each.refused),
        links=tuple(links.said(each) for each in found[sales.KIND]),
        made=max((each.insight.last for each in every), default=None),
    )


def _behind(outlook: Outlook, alarms: Sequence[Line], stages: dict[int, set[int]]) -> tuple[Line, ...]:
    place = outlook.insight.touchpoint_id  # type: ignore[attr-defined]
    return tuple(
        line
        for line in alarms
        if place and (line.insight.touchpoint_id == place or place in stages.get(line.insight.stage_id or 0, ()))  # type: ignore[attr-defined]
    )


def sheets_of(page: AheadPage) -> list[Sheet]:
    """Forecasts by month, each with its interval, target and past error."""
    return [forecast_sheet(page.foretold)]


def warning_sheet(heading: Sequence[Outlook]) -> Sheet:
    """The warnings, as sentences: what misses its target and when, how sure that is, and who answers for the place."""
    columns = (Column("text", _("What is coming")), Column("sure", _("How sure")), Column("owner", _("Owner")))
    rows = [(each.text, "; ".join(filter(None, (_sure(each), each.past))), each.owner) for each in heading]
    return Sheet("coming", _("What is coming"), columns, rows)


def _sure(of: Outlook) -> str:
    return _("the whole interval misses it") if of.clear else _("the interval reaches the target still")


def forecast_sheet(foretold: Sequence[Outlook], *, title: str = "") -> Sheet:
    """One row for each series and month to come; drawn where it is of one series, as others have other scales."""
    columns = (
        Column("place", _("Place")),
        Column("group", _("Group")),
        Column("metric", _("Metric")),
        Column("month", _("Month"), "month"),
        Column("expected", _("Expected"), "score"),
        Column("low", _("Low"), "score", low_of="expected"),
        Column("high", _("High"), "score", high_of="expected"),
        Column("target", _("Target"), "score"),
        Column("error", _("Past error"), "points"),
    )
    rows: list[tuple[CellValue, ...]] = [
        (
            each.place,
            each.group,
            short_name(each.metric),
            point.month,
            point.value,
            point.low,
            point.high,
            each.target,
            each.error,
        )
        for each in foretold
        for point in each.ahead
    ]
    return Sheet(
        "ahead",
        title or _("What is coming"),
        columns,
        rows,
        chart=Chart("line", "month", ("expected",)) if len(foretold) == 1 else None,
        notes=(_("Four times of five it turns out within the interval."),),
    )
