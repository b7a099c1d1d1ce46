"""The pages of findings and of changes, read from what workers found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from dashboards.changes import channels, effects
from dashboards.changes.lines import TITLES, Line, lines
from dashboards.improvements.keys import key_of, live_of
from dashboards.insights.read import findings
from dashboards.models import Convened, Improvement, JourneyChange, Look
from dashboards.structure import Structure, load_structure
from journeys.models import JourneyVersion

OFFERED = 6
"""Published versions offered as changes, the newest first."""


@dataclass(frozen=True)
class Section:
    """Findings of one kind; `looked_at` None = nobody has looked yet. `trouble`: the last look failed."""

    kind: str
    title: str | Promise
    lines: tuple[Line, ...]
    looked_at: datetime | None
    trouble: bool


@dataclass(frozen=True)
class FindingsPage:
    """`convened` is who was last called together over a finding, and `improving` what is done about it, by its key."""

    structure: Structure
    sections: tuple[Section, ...]
    convened: Mapping[str, Convened]
    improving: Mapping[str, Improvement]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True)
class Made:
    """A change with what it did; `line` None = workers have not looked since it was noted."""

    change: JourneyChange
    line: Line | None


@dataclass(frozen=True)
class ChangesPage:
    """`versions` are published versions of journeys that are not noted as changes yet."""

    made: tuple[Made, ...]
    versions: tuple[JourneyVersion, ...]
    structure: Structure


def load_findings() -> FindingsPage:
    """Everything that was found, in eleven queries."""
    structure = load_structure()
    found = findings(TITLES)
    looks = {look.kind: look for look in Look.objects.filter(kind__in=TITLES)}
    return FindingsPage(
        structure,
        tuple(
            Section(
                kind,
                title,
                tuple(lines(found[kind], structure)),
                looks[kind].looked_at if kind in looks else None,
                bool(looks[kind].trouble) if kind in looks else False,
            )
            for kind, title in TITLES.items()
        ),
        # The newest last, so that it stands.
        {each.key or f"{channels.KIND}::{each.stage_id}:": each for each in Convened.objects.order_by("day", "pk")},  # type: ignore[attr-defined]
        live_of([key_of(each) for kind in TITLES for each in found[kind]]),
    )


def load_changes() -> ChangesPage:
    """Changes, the newest first, and versions that may be noted as such; in ten queries."""
    structure = load_structure()
    told = {line.insight.data["change"]: line for line in change_lines(structure)}
    made = JourneyChange.objects.select_related("touchpoint", "stage__journey", "journey", "version")[: effects.MOST]
    noted = JourneyChange.objects.exclude(version=None).values("version_id")
    versions = (
        JourneyVersion.objects.filter(number__gt=1)
        .exclude(pk__in=noted)
        .select_related("journey")
        .order_by("-valid_from")[:OFFERED]
    )
    return ChangesPage(
        made=tuple(Made(change, told.get(change.pk)) for change in made),
        versions=tuple(versions),
        structure=structure,
    )


def change_lines(structure: Structure) -> Sequence[Line]:
    """What changes did, as workers found; one query."""
    return lines(findings([effects.KIND])[effects.KIND], structure)
