"""Focus now, on the leadership page: at most two themes, with what speaks for them, who answers and by when."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from cxplatform.stats.metrics import metric
from dashboards.focus.page import Proposal, Theme, proposed, themes_of, why_of
from dashboards.focus.proposals import KIND
from dashboards.focus.sheets import theme_sheet
from dashboards.focus.themes import open_themes
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Sheet

PROPOSED = 2


@dataclass(frozen=True)
class FocusNow:
    """`themes` are those chosen. Where none is, `proposals` are the first that speak for themselves. `narrowed`: the
    page asks for a part of the customers, and what stands here is of all. `figures` is whether the reader may see
    the whole company's, `looked` whether anybody has looked yet."""

    themes: tuple[Theme, ...]
    proposals: tuple[Proposal, ...]
    narrowed: bool
    figures: bool
    looked: bool


def load(scene: Scene) -> FocusNow:
    """The panel's value. One query."""
    figures = not scene.query.own_units
    rows = scene.findings[KIND] if figures else []
    themes = tuple(themes_of(open_themes(), rows, today=scene.today))
    journey = scene.structure.journey(scene.query.journey)
    places = {place.id for place in journey.touchpoints} if journey else set(scene.structure.places)
    candidates = [each for each in proposed(rows, scene.structure) if each.touchpoint_id in places]
    return FocusNow(
        themes=themes,
        proposals=tuple(
            Proposal(
                place=scene.structure.places[each.touchpoint_id],
                why=why_of(each.data["reasons"]),
                metric=metric(each.data["metric"]),
                score=each.data["score"],
            )
            for each in candidates[:PROPOSED]
            if each.touchpoint_id
        )
        if not themes
        else (),
        narrowed=bool(scene.query.segment or scene.query.channel),
        figures=figures,
        looked=KIND in scene.looked,
    )


def sheets(value: FocusNow, scene: Scene) -> Sequence[Sheet]:
    return [theme_sheet(value.themes, figures=value.figures)] if value.themes else []


PANEL = Panel(
    "focus",
    "dashboards/leadership/_focus.html",
    load,
    sheets,
    (KIND,),
    where="lead",
    question=gettext_lazy("Why, and who puts it right"),
)
