"""What is coming, as a panel of the leadership page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.ahead import forecasts
from dashboards.ahead.outlook import Outlook, outlooks, warnings
from dashboards.ahead.page import forecast_sheet, warning_sheet
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Sheet

MOST = 3


@dataclass(frozen=True)
class Coming:
    """`told` are the warnings shown; `left` how many more there are. `foretold` counts all forecasts, `refused` those
    that had too little. `whole`: the page asks for a group, these are of all."""

    told: tuple[Outlook, ...]
    left: int
    foretold: tuple[Outlook, ...]
    refused: int
    whole: bool


def load(scene: Scene) -> Coming | None:
    """Warnings of the page's journey; None where nothing was looked at yet."""
    if scene.query.own_units:
        return None
    journey = scene.structure.journey(scene.query.journey)
    places = {place.id for place in journey.touchpoints} if journey else None
    every = [
        each
        for each in outlooks(scene.findings.get(forecasts.KIND, ()), scene.structure, scene.goals)
        if places is None or each.insight.touchpoint_id in places  # type: ignore[attr-defined]
    ]
    if not every:
        return None
    heading = warnings(every)
    foretold = tuple(each for each in every if not each.refused)
    return Coming(
        told=tuple(heading[:MOST]),
        left=max(0, len(heading) - MOST),
        foretold=foretold,
        refused=len(every) - len(foretold),
        whole=bool(scene.query.segment or scene.query.channel),
    )


def sheets(panel: Coming, scene: Scene) -> Sequence[Sheet]:
    """All warnings, and all forecasts, whether the panel has room for them or not."""
    if not panel.foretold:
        return []
    heading = warnings(panel.foretold)
    if not heading:
        return [forecast_sheet(panel.foretold)]
    return [warning_sheet(heading), forecast_sheet(panel.foretold, title=_("All forecasts"))]


PANEL = Panel(
    "coming",
    "dashboards/leadership/_coming.html",
    load,
    sheets,
    kinds=(forecasts.KIND,),
    where="under",
    question=gettext_lazy("What is coming"),
)
