"""Two panels of the leadership page: what was found in the figures, and whether the last fix worked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.changes import effects
from dashboards.changes.lines import ALARMS, Line, lines
from dashboards.changes.sheets import change_sheet, found_sheet
from dashboards.leadership.panel import Panel, Scene
from dashboards.models import Insight
from dashboards.sheets import Sheet

MOST_FOUND, MOST_FIXES = 4, 2


@dataclass(frozen=True)
class Lines:
    """`every` are all there are, of which the panel shows `lines`. `whole`: the page asks for a group, these are of
    all."""

    lines: tuple[Line, ...]
    every: tuple[Line, ...]
    whole: bool

    @property
    def left(self) -> int:
        """How many more are on the page that the panel leads to."""
        return len(self.every) - len(self.lines)


def load_found(scene: Scene) -> Lines | None:
    """What was found at places of the page's journey, no more of a kind than leaves room for the others."""
    if scene.query.own_units:
        return None
    told = [lines(_of_journey(scene, kind), scene.structure) for kind in ALARMS]
    # In turns: the first of each kind, then the second of each.
    turns = tuple(line for turn in zip_longest(*told) for line in turn if line)
    return Lines(turns[:MOST_FOUND], turns, _whole(scene)) if turns else None


def load_fixes(scene: Scene) -> Lines | None:
    """The newest changes, with what they did."""
    if scene.query.own_units:
        return None
    told = tuple(lines(_of_journey(scene, effects.KIND), scene.structure))
    return Lines(told[:MOST_FIXES], told, _whole(scene)) if told else None


def found_sheets(panel: Lines, scene: Scene) -> Sequence[Sheet]:
    """Everything that was found, whether the panel has room for it or not."""
    return [found_sheet(panel.every, notes=_notes(panel))]


def fix_sheets(panel: Lines, scene: Scene) -> Sequence[Sheet]:
    """Every change with what it did."""
    return [change_sheet(panel.every, scene.structure, notes=_notes(panel))]


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


FOUND = Panel(
    "found",
    "dashboards/leadership/_found.html",
    load_found,
    found_sheets,
    kinds=tuple(ALARMS),
    question=gettext_lazy("Found in the figures"),
)
FIX = Panel(
    "fix",
    "dashboards/leadership/_fix.html",
    load_fixes,
    fix_sheets,
    kinds=(effects.KIND,),
    question=gettext_lazy("Last fix"),
)
