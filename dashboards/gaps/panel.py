"""What staff do not see: the widest blind spots and the first hidden strength, on the leadership page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.gaps.finder import KIND, SCORE
from dashboards.gaps.page import Row, rows_of
from dashboards.gaps.sheets import gap_sheet
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Sheet

MOST_BLIND, MOST_HIDDEN = 2, 1


@dataclass(frozen=True)
class Unseen:
    """`rows` are gaps at places of the page's journey that are told, `compared` how many were compared at all,
    customers of the days `start` ... `last`.
    `narrowed`: the page asks for a part of the customers, and what stands here is of all."""

    rows: tuple[Row, ...]
    compared: int
    narrowed: bool
    start: date | None = None
    last: date | None = None


def load(scene: Scene) -> Unseen | None:
    """From what was found, without a query; None for a reader of some units only."""
    if scene.query.own_units:
        return None
    journey = scene.structure.journey(scene.query.journey)
    places = {place.id for place in journey.touchpoints} if journey else set(scene.structure.places)
    told = scene.findings[KIND]
    found = [row for row in rows_of(told, scene.structure, SCORE) if row.place and row.place.id in places]
    blind = [row for row in found if row.kind == "blind_spot"]
    hidden = [row for row in found if row.kind == "hidden_strength"]
    return Unseen(
        rows=(*blind[:MOST_BLIND], *hidden[:MOST_HIDDEN]),
        compared=len(found),
        narrowed=bool(scene.query.segment or scene.query.channel),
        start=told[0].start if told else None,
        last=told[0].last if told else None,
    )


def sheets(panel: Unseen, scene: Scene) -> Sequence[Sheet]:
    """The gaps of the panel, with intervals and n."""
    if not panel.rows:
        return []
    return [gap_sheet("unseen", _("What staff do not see"), panel.rows, start=panel.start, last=panel.last)]


PANEL = Panel(
    "unseen",
    "dashboards/leadership/_unseen.html",
    load,
    sheets,
    (KIND,),
    where="under",
    question=gettext_lazy("What staff do not see"),
)
