"""How variants go with versions of designs: each pair is aligned once, and remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from cxplatform.stats import alignment
from journeys.models import Conformance
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


_known: dict[tuple[int, UUID], Fit] = {}


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


def fits(wanted: dict[tuple[int, UUID], Sequence[int]]) -> dict[tuple[int, UUID], Fit]:
    """The fits of (version id, variant's digest) with its touchpoints; those never met are aligned and stored."""
    if len(_known) > _MOST:
        _known.clear()
    found = _stored([pair for pair in wanted if pair not in _known])
    new = sorted(pair for pair in wanted if pair not in _known and pair not in found)
    designs = load({version_id for version_id, _ in new})
    for pair in new:
        best = alignment.align(wanted[pair], model(designs[pair[0]]))
        found[pair] = Fit(best.cost, best.fitness, best.skipped, best.repeated, best.undesigned)
    Conformance.objects.bulk_create(
        [
            Conformance(
                version_id=version_id,
                digest=digest,
                cost=fit.cost,
                fitness=fit.fitness,
                skipped=list(fit.skipped),
                repeated=list(fit.repeated),
                undesigned=list(fit.undesigned),
            )
            for version_id, digest in new
            for fit in [found[version_id, digest]]
        ],
        ignore_conflicts=True,
    )
    # Remembered once it is stored for good: after a rollback it must be stored again.
    transaction.on_commit(lambda: _known.update(found))
    return {pair: found[pair] if pair in found else _known[pair] for pair in wanted}


def _stored(pairs: Sequence[tuple[int, UUID]]) -> dict[tuple[int, UUID], Fit]:
    if not pairs:
        return {}
    rows = Conformance.objects.filter(
        version_id__in={version_id for version_id, _ in pairs}, digest__in={digest for _, digest in pairs}
    )
    return {
        (row.version_id, row.digest): Fit(
            row.cost, row.fitness, tuple(row.skipped), tuple(row.repeated), tuple(row.undesigned)
        )
        for row in rows
    }
