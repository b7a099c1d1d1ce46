"""How variants go with versions of designs: each pair is aligned once, and remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from django.db import connection, transaction

from cxplatform.ids import as_array
from cxplatform.stats import alignment
from cxplatform.tenancy.context import active_tenant_id
from journeys.paths.designs import load
from journeys.versions import Design

_MOST = 100_000


@dataclass(frozen=True)
class Fit:
    """How a variant goes with a design."""

    cost: int
    fitness: float
    skipped: tuple[int, ...]
    repeated: tuple[int, ...]
    undesigned: tuple[int, ...]


_known: dict[tuple[int, str], Fit] = {}


@lru_cache(maxsize=500)
def model(design: Design) -> alignment.Model:
    """A design as alignments read it. Very many steps in any order would take too long: those come freely."""
    return alignment.Model(
        stages=tuple(
            alignment.Stage(
                flow=alignment.FREE
                if stage.flow == alignment.PARALLEL and len(stage.steps) > alignment.MOST_PARALLEL
                else stage.flow,
                steps=tuple(
                    alignment.Step(step.id, step.touchpoint, optional=step.optional, repeats=step.repeats)
                    for step in stage.steps
                ),
                optional=stage.optional,
            )
            for stage in design.stages
        ),
        jumps=design.jumps,
    )


@lru_cache(maxsize=500)
def follows(design: Design) -> frozenset[tuple[int, int]]:
    """Pairs of touchpoints of which the design lets the second come right after the first."""
    return alignment.follows(model(design))


def fits(wanted: dict[tuple[int, str], Sequence[int]]) -> dict[tuple[int, str], Fit]:
    """The fits of (version id, variant's digest) with its touchpoints; those never met are aligned and stored."""
    if len(_known) > _MOST:
        _known.clear()
    found = _stored([pair for pair in wanted if pair not in _known])
    new = [pair for pair in wanted if pair not in _known and pair not in found]
    if new:
        designs = load({version_id for version_id, _ in new})
        made = {pair: _fit(wanted[pair], model(designs[pair[0]])) for pair in new}
        _store(made)
        found |= made
    # Remembered once it is stored for good: after a rollback it must be stored again.
    transaction.on_commit(lambda: _known.update(found))
    return {pair: found[pair] if pair in found else _known[pair] for pair in wanted}


def _fit(touchpoint_ids: Sequence[int], design: alignment.Model) -> Fit:
    best = alignment.align(touchpoint_ids, design)
    return Fit(best.cost, best.fitness, best.skipped, best.repeated, best.undesigned)


# Where customers go each their own way most variants of a claim are new: as objects of the ORM, reading and storing
# them cost more than aligning them.
_READ = """
SELECT version_id, digest::text, cost, fitness, skipped, repeated, undesigned FROM journeys_conformance
WHERE tenant_id = (SELECT %s::bigint) AND version_id = ANY(%s) AND digest = ANY(%s::uuid[])
"""
_STORE = """
INSERT INTO journeys_conformance (tenant_id, version_id, digest, cost, fitness, skipped, repeated, undesigned)
SELECT %s, * FROM jsonb_to_recordset(%s::jsonb) AS f (
    version_id bigint, digest uuid, cost int, fitness float8, skipped bigint[], repeated bigint[], undesigned bigint[])
ORDER BY version_id, digest ON CONFLICT DO NOTHING
"""


def _stored(pairs: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Fit]:
    if not pairs:
        return {}
    versions = sorted({version_id for version_id, _ in pairs})
    with connection.cursor() as cursor:
        cursor.execute(_READ, [active_tenant_id(), versions, as_array(digest for _, digest in pairs)])
        return {
            (version_id, digest): Fit(cost, fitness, *map(tuple, deviations))
            for version_id, digest, cost, fitness, *deviations in cursor.fetchall()
        }


def _store(made: Mapping[tuple[int, str], Fit]) -> None:
    rows = [{"version_id": version_id, "digest": digest, **vars(fit)} for (version_id, digest), fit in made.items()]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [active_tenant_id(), msgspec.json.encode(rows).decode()])
