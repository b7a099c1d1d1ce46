"""Findings as people read them: one sentence with its figures, leading to its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.changes import channels, declines, divergence, faults, handoffs, levels
from dashboards.changes.said import SAY, Said
from dashboards.models import Insight
from dashboards.structure import Structure


@dataclass(frozen=True)
class Place:
    """What a finding is about. Its address is made when it is asked for: outside a tenant's pages there is none."""

    name: str
    route: str
    args: tuple[str | int, ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.route, args=self.args)


@dataclass(frozen=True)
class Line:
    """What a finding says of which place."""

    insight: Insight
    said: Said
    place: Place

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.place.address

    @property
    def kind(self) -> str:
        return self.insight.kind

    @property
    def text(self) -> str:
        return self.said.text

    @property
    def figures(self) -> tuple[str, ...]:
        return self.said.figures

    @property
    def tone(self) -> str:
        return self.said.tone


ALARMS: Mapping[str, str | Promise] = {
    faults.KIND: gettext_lazy("Sudden faults"),
    declines.KIND: gettext_lazy("Slow declines"),
    divergence.KIND: gettext_lazy("Looks well, and is not"),
    channels.KIND: gettext_lazy("Channels that disagree"),
    handoffs.KIND: gettext_lazy("Hand-offs that break the experience"),
}
"""Kinds of findings that somebody should look into, in the order in which they are read."""
TITLES: Mapping[str, str | Promise] = {**ALARMS, levels.KIND: gettext_lazy("How even the experience is")}


def lines(findings: Iterable[Insight], structure: Structure) -> list[Line]:
    """A line for each finding whose place is still in use."""
    told = []
    for insight in findings:
        place = place_of(insight, structure)
        said = SAY[insight.kind](insight.data, place.name, structure) if place else None
        if place and said:
            told.append(Line(insight, said, place))
    return told


def place_of(insight: Insight, structure: Structure) -> Place | None:
    """A finding's place; None for one that is not in use any more."""
    touchpoint, stage, journey = insight.touchpoint_id, insight.stage_id, insight.journey_id  # type: ignore[attr-defined]
    if touchpoint:
        place = structure.places.get(touchpoint)
        return Place(place.name, "touchpoint", (place.slug,)) if place else None
    if stage:
        found = next((each for each in structure.stages() if each.id == stage), None)
        return Place(f"{found.name} ({found.journey})", "stage", (found.id,)) if found else None
    if journey:
        of = next((each for each in structure.journeys if each.id == journey), None)
        if of is None:
            return None
        if insight.kind == handoffs.KIND:
            return Place(of.name, "journey_tab", (of.slug, "hand-offs"))
        return Place(of.name, "journey", (of.slug,))
    return Place(_("the whole company"), "leadership")
