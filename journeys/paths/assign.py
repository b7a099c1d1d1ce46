"""Which journey a trace belongs to, decided once per sequence of touchpoints, and how it goes with its design."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import UNASSIGNED
from journeys.paths.conformance import fits
from journeys.paths.designs import load
from journeys.paths.tracing import Measured, Tracing

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where traces of one sequence belong."""

    journey_id: int
    version_id: int | None
    over_hours: int
    variant: str


def assign(cursor: Any, *, tracing: Tracing) -> None:
    """Fill `path_fit` for every kind of trace in `path_trace`; variants not met before are stored."""
    cursor.execute(
        "SELECT sequence::text, era, holds, min(touchpoint_ids) FROM path_trace GROUP BY sequence, era, holds"
    )
    kinds = cursor.fetchall()
    eras = [_LONG_AGO, *tracing.eras]
    versions = {version for journey in tracing.journeys for _, version in journey.eras}
    met = {version: design.touchpoints for version, design in load(versions).items()}
    places = [
        _place(tracing, touchpoint_ids, moment=eras[era], holds=frozenset(holds), met=met)
        for _, era, holds, touchpoint_ids in kinds
    ]
    found = fits(
        {
            (place.version_id, place.variant): touchpoint_ids
            for place, (*_, touchpoint_ids) in zip(places, kinds, strict=True)
            if place.version_id is not None
        }
    )
    _store_variants(cursor, places, [touchpoint_ids for *_, touchpoint_ids in kinds])
    rows = []
    for place, (sequence, era, holds, _) in zip(places, kinds, strict=True):
        fit = found.get((place.version_id, place.variant)) if place.version_id is not None else None
        rows.append(
            {
                "sequence": sequence,
                "era": era,
                "holds": holds,
                "journey_id": place.journey_id,
                "version_id": place.version_id,
                "over_hours": place.over_hours,
                "variant": place.variant,
                "fitness": fit and fit.fitness,
                "skipped": fit.skipped if fit else (),
                "repeated": fit.repeated if fit else (),
                "undesigned": fit.undesigned if fit else (),
            }
        )
    cursor.execute(
        "INSERT INTO path_fit SELECT * FROM jsonb_to_recordset(%s::jsonb) AS f (sequence uuid, era int, holds bigint[],"
        " journey_id bigint, version_id bigint, over_hours int, variant uuid, fitness float8, skipped bigint[],"
        " repeated bigint[], undesigned bigint[])",
        [msgspec.json.encode(rows).decode()],
    )


def _place(
    tracing: Tracing,
    touchpoint_ids: Sequence[int],
    *,
    moment: datetime,
    holds: frozenset[int],
    met: dict[int, frozenset[int]],
) -> Place:
    """The journey whose design has the most of the trace's touchpoints; of two as many, the one with the fewest
    others, then the one placed first."""
    there = frozenset(touchpoint_ids)
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
    journey_id = chosen.id if chosen else UNASSIGNED
    return Place(
        journey_id,
        chosen_version,
        chosen.inactive_hours if chosen else tracing.over_hours,
        variant_digest(journey_id, touchpoint_ids),
    )


def variant_digest(journey_id: int, touchpoint_ids: Sequence[int]) -> str:
    """A UUID as text, as the database writes it: thousands of objects cost more than what is looked up by them."""
    text = f"{journey_id}:{','.join(map(str, touchpoint_ids))}"
    made = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


_STORE_VARIANTS = """
INSERT INTO journeys_variant (tenant_id, digest, journey_id, touchpoint_ids)
SELECT %s, * FROM jsonb_to_recordset(%s::jsonb) AS v (digest uuid, journey_id bigint, touchpoint_ids bigint[])
ORDER BY digest ON CONFLICT DO NOTHING
"""


def _store_variants(cursor: Any, places: Sequence[Place], sequences: Sequence[Sequence[int]]) -> None:
    rows = [
        {"digest": place.variant, "journey_id": place.journey_id, "touchpoint_ids": touchpoint_ids}
        for place, touchpoint_ids in zip(places, sequences, strict=True)
    ]
    cursor.execute(_STORE_VARIANTS, [active_tenant_id(), msgspec.json.encode(rows).decode()])
