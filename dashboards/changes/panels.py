"""Two panels of the leadership page: what was found in the figures, and whether the last fix worked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from dashboards.changes import effects
from dashboards.changes.lines import ALARMS, Line, lines, place_of
from dashboards.changes.told import read
from dashboards.leadership.panel import Panel, Scene
from dashboards.measures import short_name
from dashboards.models import Insight
from dashboards.sheets import Column, Sheet

MOST_FOUND, MOST_FIXES = 4, 2


@dataclass(frozen=True)
class Lines:
    """`left` more are on the page that the panel leads to. `whole`: the page asks for a group, these are of all."""

    lines: tuple[Line, ...]
    left: int
    whole: bool


def load_found(scene: Scene) -> Lines | None:
    """What was found at places of the page's journey, no more of a kind than leaves room for the others."""
    if scene.query.own_units:
        return None
    told = [lines(_of_journey(scene, kind), scene.structure) for kind in ALARMS]
    every = [line for kind in told for line in kind]
    # In turns: the first of each kind, then the second of each.
    turns = [line for turn in zip_longest(*told) for line in turn if line]
    first = tuple(turns[:MOST_FOUND])
    return Lines(first, len(every) - len(first), _whole(scene)) if every else None


def load_fixes(scene: Scene) -> Lines | None:
    """The newest changes, with what they did."""
    if scene.query.own_units:
        return None
    told = lines(_of_journey(scene, effects.KIND), scene.structure)
    return Lines(tuple(told[:MOST_FIXES]), len(told) - MOST_FIXES, _whole(scene)) if told else None


def found_sheets(panel: Lines, scene: Scene) -> Sequence[Sheet]:
    """The sentences; their figures differ by kind, so they stand as text."""
    columns = (Column("text", _("What was found")), Column("figures", _("Figures")))
    rows = [(line.text, "; ".join(line.figures)) for line in panel.lines]
    return [Sheet("found", _("Found in the figures"), columns, rows, notes=_notes(panel))]


def fix_sheets(panel: Lines, scene: Scene) -> Sequence[Sheet]:
    """Before, after and what the change did, as figures."""
    columns = (
        Column("what", _("Change")),
        Column("place", _("Place")),
        Column("day", _("Day"), "date"),
        Column("metric", _("Metric")),
        Column("before", _("Before"), "score"),
        Column("before_low", _("Before, low"), "score", low_of="before"),
        Column("before_high", _("Before, high"), "score", high_of="before"),
        Column("before_n", _("n before"), "count", n_of="before"),
        Column("after", _("After"), "score"),
        Column("after_low", _("After, low"), "score", low_of="after"),
        Column("after_high", _("After, high"), "score", high_of="after"),
        Column("after_n", _("n after"), "count", n_of="after"),
        Column("effect", _("Difference"), "points"),
        Column("effect_low", _("Difference, low"), "points", low_of="effect"),
        Column("effect_high", _("Difference, high"), "points", high_of="effect"),
    )
    rows = [_row(line.insight, scene) for line in panel.lines]
    return [Sheet("fix", _("Last fix"), columns, rows, notes=_notes(panel))]


def _row(insight: Insight, scene: Scene) -> tuple[str | int | float | date | None, ...]:
    data, place = insight.data, place_of(insight, scene.structure)
    head = (data["what"], place[0] if place else "", date.fromisoformat(data["day"]))
    if data["state"] != "tested":
        return (*head, *[None] * 12)
    then, now, by = read(data, "then"), read(data, "now"), data["difference"]
    return (
        *head,
        short_name(metric(data["metric"])),
        *(then.value, then.low, then.high, then.n, now.value, now.low, now.high, now.n),
        *(by["value"], by["low"], by["high"]),
    )


def _of_journey(scene: Scene, kind: str) -> Sequence[Insight]:
    """Findings of the page's journey, of all journeys where it names none."""
    found = scene.findings.get(kind, ())
    journey = scene.structure.journey(scene.query.journey)
    if journey is None:
        return found
    places = {place.id for place in journey.touchpoints}
    stages = {stage.id for stage in journey.stages}
    return [
        each
        for each in found
        if each.touchpoint_id in places or each.stage_id in stages or each.journey_id == journey.id  # type: ignore[attr-defined]
    ]


def _whole(scene: Scene) -> bool:
    return bool(scene.query.segment or scene.query.channel)


def _notes(panel: Lines) -> tuple[str, ...]:
    return (_("Of all customers, whatever group the page shows."),) if panel.whole else ()


FOUND = Panel("found", "dashboards/leadership/_found.html", load_found, found_sheets, kinds=tuple(ALARMS))
FIX = Panel("fix", "dashboards/leadership/_fix.html", load_fixes, fix_sheets, kinds=(effects.KIND,))
