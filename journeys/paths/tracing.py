"""What decides how events become passages: which journeys are measured, how they trace, what types mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from cxplatform.tenancy.models import Tenant
from journeys.claimed import ANSWERED as ANSWERED
from journeys.models import Dimension, Event, EventType, Journey, JourneyVersion, PathHistory, Step
from journeys.paths.designs import load
from journeys.versions import snapshot

LONGEST = 500  # steps of a passage that are kept; further ones only say when it was last heard of
ANSWERS_FOR = timedelta(days=14)  # an answer counts this long after the last step
OWN_EVENTS = ("survey.", "promise.", "followup.", "cx.")
DRAFTING = timedelta(days=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """A journey that passages may belong to. `eras` are (from, version id), the first from the beginning."""

    id: int
    trace_by: str
    inactive_hours: int
    condition: tuple[str, str] | None
    eras: tuple[tuple[datetime, int], ...]

    def version_at(self, moment: datetime) -> int | None:
        """Id of the version in force; None of a journey that was never drawn."""
        return next((version for since, version in reversed(self.eras) if since <= moment), None)


@dataclass(frozen=True)
class Tracing:
    """One way of making passages of events: by correlation, or by customer parted by `gap_hours` of silence."""

    by: str
    gap_hours: int
    journeys: tuple[Measured, ...]

    @property
    def by_case(self) -> bool:
        return self.by == Journey.TraceBy.CORRELATION

    @property
    def over_hours(self) -> int:
        """The silence that ends a passage which belongs to no journey."""
        return max(journey.inactive_hours for journey in self.journeys)

    @property
    def eras(self) -> list[datetime]:
        """Where some journey's version gives way to the next: between two of them designs are the same."""
        return sorted({since for journey in self.journeys for since, _ in journey.eras[1:]})

    @property
    def conditions(self) -> dict[int, tuple[str, str]]:
        return {journey.id: journey.condition for journey in self.journeys if journey.condition}


@dataclass(frozen=True)
class Types:
    """What types of events mean. `places` are the (touchpoint, channel, unit) of events that name no touchpoint."""

    ignored: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    humans: tuple[str, ...] = ()
    places: Mapping[str, tuple[int, int, int]] | None = None

    @property
    def beside_steps(self) -> list[str]:
        """Types that say something of the way and are no steps by themselves."""
        return sorted({*self.failures, *self.bots, *self.humans} - {*(self.places or {})})

    @property
    def telling(self) -> list[str]:
        """Types whose events matter even where they name no touchpoint."""
        return sorted({*self.failures, *self.bots, *self.humans, *(self.places or {})})

    def matters(self, type_: str, *, placed: bool) -> bool:
        """Whether such events are steps or say something of the way: `traces.MATTERS`, of a type and a place."""
        if type_.startswith(OWN_EVENTS) or type_ in self.ignored:
            return False
        return placed or type_ in self.telling


@dataclass(frozen=True)
class Reading:
    """How the active tenant's events are read now."""

    tenant_id: int
    zone: str
    tracings: tuple[Tracing, ...]
    types: Types
    dimensions: tuple[str, ...]

    def facts(self) -> list[object]:
        """All that decides what becomes of events but the designs: where it changes, the past is read anew."""
        return [
            [
                [t.by, t.gap_hours, [[j.id, j.inactive_hours, j.condition] for j in t.journeys]]
                for t in self.tracings
            ],
            [self.types.ignored, self.types.failures, self.types.bots, self.types.humans, self.types.places],
            self.dimensions,
        ]  # fmt: skip


def zone_of_counts(tenant: Tenant) -> str:
    """The time zone whose days the active tenant's counts are of."""
    return PathHistory.objects.values_list("zone", flat=True).first() or tenant.timezone


def measures_anything() -> bool:
    """Whether the active tenant has a journey that is measured; one query."""
    return bool(Journey.objects.measured().exists())


def read(tenant: Tenant, *, event_ids: Sequence[UUID] = (), dating: bool = True) -> Reading:
    """How the active tenant's events are read now; five queries, more where a journey gets its first version.

    A journey drawn before there were versions gets one here, in force from the first of these events; without
    `dating` it has none yet. Days are of the time zone the counts were begun in, until they are counted again.
    """
    return Reading(
        tenant_id=tenant.pk,
        zone=zone_of_counts(tenant),
        tracings=_tracings(event_ids, dating=dating),
        types=_types(),
        dimensions=tuple(Dimension.objects.in_use().order_by("pk").values_list("slug", flat=True)),
    )


def _tracings(event_ids: Sequence[UUID], *, dating: bool) -> tuple[Tracing, ...]:
    rows = list(Journey.objects.measured().order_by("position", "id").annotate(drawn=_HAS_STEPS))
    eras = _eras([row.pk for row in rows])
    undated = [row for row in rows if row.pk not in eras and row.drawn]
    if undated and dating:
        first = Event.objects.filter(id__in=event_ids).aggregate(first=Min("time"))["first"] if event_ids else None
        for row in undated:
            snapshot(row, valid_from=first)
        eras |= _eras([row.pk for row in undated])
    parts: dict[tuple[str, int], list[Measured]] = {}
    for row in rows:
        by_case = row.trace_by == Journey.TraceBy.CORRELATION
        parts.setdefault((row.trace_by, 0 if by_case else row.inactive_hours), []).append(
            Measured(
                id=row.pk,
                trace_by=row.trace_by,
                inactive_hours=row.inactive_hours,
                condition=(row.condition_property, row.condition_value) if row.condition_property else None,
                eras=eras.get(row.pk, ()),
            )
        )
    return tuple(Tracing(by, gap, tuple(journeys)) for (by, gap), journeys in sorted(parts.items()))


_HAS_STEPS = Exists(Step._base_manager.filter(stage__journey_id=OuterRef("pk"), stage__archived_at=None))


def _eras(journey_ids: Sequence[int]) -> dict[int, tuple[tuple[datetime, int], ...]]:
    """The versions passages are judged by, per journey.

    A design is drawn touch by touch, and each is a version. Those of the day a journey was first drawn count as
    one, the last of them: it judges all that began before the second day.
    """
    versions: dict[int, list[tuple[datetime, int]]] = {}
    found = JourneyVersion.objects.filter(journey_id__in=journey_ids).order_by("valid_from", "number")
    rows = list(found.values_list("journey_id", "valid_from", "id"))
    designs = load(version_id for _, _, version_id in rows)
    for journey_id, since, version_id in rows:
        if journey_id in versions or designs[version_id].touchpoints:
            versions.setdefault(journey_id, []).append((since, version_id))
    return {journey_id: _settled(parts) for journey_id, parts in versions.items()}


def _settled(parts: list[tuple[datetime, int]]) -> tuple[tuple[datetime, int], ...]:
    drafted = [version for since, version in parts if since < parts[0][0] + DRAFTING]
    return (_BEGINNING, drafted[-1]), *parts[len(drafted) :]


def _types() -> Types:
    rows = EventType.objects.order_by("type").select_related("touchpoint")
    found: dict[str, list[str]] = {"failure": [], "bot": [], "human": []}
    ignored: list[str] = []
    places: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        if row.ignored:
            ignored.append(row.type)
            continue
        if row.meaning in found:
            found[row.meaning].append(row.type)
        if row.touchpoint:
            places[row.type] = (row.touchpoint_id, row.touchpoint.channel_id or 0, row.touchpoint.unit_id or 0)
    return Types(tuple(ignored), tuple(found["failure"]), tuple(found["bot"]), tuple(found["human"]), places)
