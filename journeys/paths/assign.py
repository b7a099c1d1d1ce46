"""Which journey a trace belongs to, decided once per sequence of touchpoints, and how it goes with its design.

What is not over has no variant yet: while customers are under way each step would make another one, and be held
against the design in vain.
"""

from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from cxplatform.ids import as_array
from journeys.models import UNASSIGNED
from journeys.paths.designs import load
from journeys.paths.tracing import Measured, Tracing
from journeys.paths.variants import Way, columns, hold

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Place(NamedTuple):
    """Where traces of one kind belong."""

    journey_id: int
    version_id: int | None
    over_hours: int

    @property
    def over_after(self) -> timedelta:
        return timedelta(hours=self.over_hours)


_KINDS = """
SELECT kind::text, min(era), min(holds), min(touchpoint_ids), min(last_at) FROM path_trace GROUP BY kind
"""
_FITS = """
INSERT INTO path_fit
SELECT k.kind, p.journey_id, p.version_id, p.over_hours, f.fitness, f.skipped, f.repeated, f.undesigned
FROM unnest(%(kinds)s::uuid[], %(places)s::int[]) AS k (kind, place)
JOIN jsonb_to_recordset(%(there)s::jsonb) AS p (place int, journey_id bigint, version_id bigint, over_hours int)
    ON p.place = k.place
LEFT JOIN jsonb_to_recordset(%(fits)s::jsonb) AS f (
    kind uuid, fitness float8, skipped bigint[], repeated bigint[], undesigned bigint[]) ON f.kind = k.kind
"""


def assign(cursor: Any, *, tracing: Tracing, now: datetime) -> None:
    """Fill `path_fit` for every kind of trace in `path_trace`; how it fits only where some of the kind are over."""
    cursor.execute(_KINDS)
    kinds = cursor.fetchall()
    eras = [_LONG_AGO, *tracing.eras]
    versions = {version for journey in tracing.journeys for _, version in journey.eras}
    met = {version: design.touchpoints for version, design in load(versions).items()}
    decided: dict[tuple[int, Set[int], Set[int]], Place] = {}
    places: dict[Place, int] = {}
    numbers: list[int] = []
    over: dict[str, Way] = {}
    for kind, era, holds, touchpoint_ids, first in kinds:
        asked = era, frozenset(touchpoint_ids), frozenset(holds)
        place = decided.get(asked)
        if place is None:
            place = decided[asked] = _place(tracing, asked[1], moment=eras[era], holds=asked[2], met=met)
        numbers.append(places.setdefault(place, len(places)))
        if first + place.over_after < now:
            over[kind] = Way(place.journey_id, place.version_id, tuple(touchpoint_ids))
    found = hold(cursor, over.values())
    cursor.execute(
        _FITS,
        {
            "kinds": as_array(kind for kind, *_ in kinds),
            "places": as_array(numbers),
            "there": _json({"place": number, **place._asdict()} for place, number in places.items()),
            "fits": _json({"kind": kind, **columns(found[way])} for kind, way in over.items()),
        },
    )


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return msgspec.json.encode(list(rows)).decode()


def _place(
    tracing: Tracing,
    there: Set[int],
    *,
    moment: datetime,
    holds: Set[int],
    met: dict[int, frozenset[int]],
) -> Place:
    """The journey whose design has the most of the trace's touchpoints; of two as many, the one with the fewest
    others, then the one placed first."""
    best = (0, 0)
    chosen: Measured | None = None
    chosen_version: int | None = None
    for journey in tracing.journeys:
        if journey.condition and journey.id not in holds:
            continue
        version = journey.version_at(moment)
        if version is None:
            continue
        fit = len(there & met[version]), -len(met[version] - there)
        if fit[0] and fit > best:
            best, chosen, chosen_version = fit, journey, version
    if chosen is None:
        return Place(UNASSIGNED, None, tracing.over_hours)
    return Place(chosen.id, chosen_version, chosen.inactive_hours)
