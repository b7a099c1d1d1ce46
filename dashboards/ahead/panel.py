"""What is coming, as a panel of the leadership page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.ahead import forecasts
from dashboards.ahead.outlook import Outlook, outlooks, warnings
from dashboards.ahead.page import forecast_sheet, warning_sheet
from dashboards.ahead.warned import load_warned
from dashboards.insights.read import findings
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Sheet

MOST = 3


@dataclass(frozen=True)
class Coming:
    """`told` are the warnings shown; `left` how many more there are. `foretold` counts all forecasts, `refused` those
    that had too little. `whole`: the page asks for a group, these are of all."""

    told: tuple[Outlook, ...]
    left: int
    foretold: int
    refused: int
    whole: bool


def load(scene: Scene) -> Coming | None:
    """Warnings of the page's journey; None where nothing was looked at yet. At most two queries."""
    if scene.query.own_units:
        return None
    found = load_warned(scene.structure, scene.goals, places=_places(scene))
    if not found.foretold and not found.refused:
        return None
    return Coming(
        told=found.warnings[:MOST],
        left=max(0, len(found.warnings) - MOST),
        foretold=found.foretold,
        refused=found.refused,
        whole=bool(scene.query.segment or scene.query.channel),
    )


def sheets(panel: Coming, scene: Scene) -> Sequence[Sheet]:
    """All warnings, and all forecasts, whether the panel has room for them or not."""
    if not panel.foretold:
        return []
    places = _places(scene)
    foretold = [
        each
        for each in outlooks(findings([forecasts.KIND])[forecasts.KIND], scene.structure, scene.goals)
        if not each.refused and (places is None or each.insight.touchpoint_id in places)  # type: ignore[attr-defined]
    ]
    heading = warnings(foretold)
    if not heading:
        return [forecast_sheet(foretold)]
    return [warning_sheet(heading), forecast_sheet(foretold, title=_("All forecasts"))]


def _places(scene: Scene) -> Collection[int] | None:
    journey = scene.structure.journey(scene.query.journey)
    return {place.id for place in journey.touchpoints} if journey else None


PANEL = Panel(
    "coming",
    "dashboards/leadership/_coming.html",
    load,
    sheets,
    where="under",
    question=gettext_lazy("What is coming"),
)
