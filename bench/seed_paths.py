"""A journey that any number of passages went through, as its counts alone: what `journeys.paths` would have left."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import harness
import numpy as np
from django.db import connection

from cxplatform.stats.waiting import BINS
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Conformance, Journey, Step, Variant
from journeys.paths import measures
from journeys.paths.conformance import fits
from journeys.paths.variants import variant_digest
from journeys.versions import design_of, snapshot

VARIANTS = 2_000
SEGMENTS = {"consumer": 0.6, "company": 0.4}
SOURCES = {"": 0.4, "search": 0.25, "newsletter": 0.15, "shop window": 0.12, "a friend": 0.08}
BATCH = 100_000


def seed_paths(tenant: Tenant, journey: Journey, *, passages: int, until: date, days: int = 730, seed: int = 7) -> int:
    """Counts of `passages` passages spread over the days before `until`. Returns rows written."""
    rng = np.random.default_rng(seed)
    with activate(tenant.pk):
        version = snapshot(journey)
        assert version is not None
        design = design_of(journey)
        steps = list(Step.objects.filter(stage__journey=journey).order_by("stage__position", "position"))
        sequences = _sequences(rng, [step.touchpoint_id for step in steps])
        digests = [variant_digest(journey.pk, each) for each in sequences]
        Variant.objects.bulk_create(
            [
                Variant(digest=digest, journey_id=journey.pk, touchpoint_ids=list(each))
                for digest, each in zip(digests, sequences, strict=True)
            ]
        )
        found = fits({(version.pk, digest): each for digest, each in zip(digests, sequences, strict=True)})
        assert Conformance.objects.count() == len(digests)
    fitness = [found[version.pk, digest] for digest in digests]
    stage_of = {step.touchpoint: stage.id for stage in design.stages for step in stage.steps}
    order = {stage.id: place for place, stage in enumerate(design.stages)}
    # (measure, key) -> what one passage of each variant adds: (times, value, minutes between)
    keys: dict[tuple[str, str], dict[int, list[float]]] = {}

    def add(variant: int, measure: str, key: str, value: float = 0.0, minutes: float = 0.0) -> None:
        cell = keys.setdefault((measure, key), {}).setdefault(variant, [0, 0.0, minutes])
        cell[0] += 1
        cell[1] += value

    for variant, (each, fit) in enumerate(zip(sequences, fitness, strict=True)):
        add(variant, measures.PASSAGES, "", 60 * 90 * len(each), 90 * len(each))
        add(variant, measures.VARIANT, str(digests[variant]))
        add(variant, measures.FITNESS, "", fit.fitness)
        add(variant, measures.LAST, str(each[-1]))
        add(variant, measures.ENTRY, str(each[0] % 4))
        for id in set(each):
            add(variant, measures.VISITED, str(id))
        for id in fit.skipped:
            add(variant, measures.SKIPPED, str(id))
        for id in fit.undesigned:
            add(variant, measures.UNDESIGNED, str(id))
        for id in each:
            add(variant, measures.CURVE, str(id), 0.2)
            add(variant, measures.ENCOUNTERS, str(id % 4))
        for a, b in pairwise(each):
            add(variant, measures.EDGE, f"{a}>{b}", 5400, 90)
            if a % 6 != b % 6:
                add(variant, measures.HANDOFF, f"{a % 6 + 1}>{b % 6 + 1} designed", 5400, 90)
        stages = [order[stage_of[id]] for id in each]
        for stage in set(stages):
            add(variant, measures.REACHED, f"stage {design.stages[stage].id}")
            if max(stages[stages.index(stage) :]) > stage:
                add(variant, measures.ONWARD, f"stage {design.stages[stage].id}")
    digests_of = [str(digest) for digest in digests]
    rows = _rows(rng, journey.pk, keys, digests_of, passages=passages, until=until, days=days)
    written = _write(tenant.pk, rows)
    harness.analyse("journeys_pathrollup")
    return written


def _sequences(rng: Any, designed: list[int]) -> list[tuple[int, ...]]:
    """Ways through the design with steps left out, doubled and met out of order; the first is the design itself."""
    found = {tuple(designed[:12]): None}
    while len(found) < VARIANTS:
        kept = [id for id in designed if rng.random() < 0.45] or designed[:1]
        if rng.random() < 0.5:
            kept.insert(int(rng.integers(len(kept) + 1)), int(rng.choice(designed)))
        found[tuple(kept)] = None
    return list(found)


def _rows(
    rng: Any,
    journey_id: int,
    keys: dict[tuple[str, str], dict[int, list[float]]],
    digests: list[str],
    *,
    passages: int,
    until: date,
    days: int,
) -> Iterator[str]:
    shares = 1 / np.arange(1, VARIANTS + 1) ** 0.9  # a few are common, most are rare
    shares /= shares.sum()
    names = list(keys)
    times, values = (np.zeros((VARIANTS, len(names))) for _ in range(2))
    for place, name in enumerate(names):
        for variant, (n, value, _minutes) in keys[name].items():
            times[variant, place], values[variant, place] = n, value
    timed = [measure in (measures.PASSAGES, measures.EDGE, measures.HANDOFF) for measure, _ in names]
    for back in range(days):
        day = until - timedelta(days=back)
        for source, part in SOURCES.items():
            taken = rng.poisson(passages / days * part * shares)
            over = int(taken.sum())
            for slice_, n in (("\t", over), *((f"segment\t{name}", int(over * of)) for name, of in SEGMENTS.items())):
                yield _line(journey_id, measures.SOURCE, day, source, n, slice_=slice_)
                yield _line(journey_id, measures.SOURCE_OVER, day, source, n, n * 3 // 4, slice_)
                yield _line(journey_id, measures.SOURCE_SCORE, day, source, n // 5, 0.2 * (n // 5), slice_, timed=False)
            for place in np.flatnonzero(taken):
                n, slice_ = int(taken[place]), f"{measures.BY_SOURCE}\t{source}"
                yield _line(journey_id, measures.SOURCE_VARIANT, day, digests[place], n, 5400 * n, slice_)
        parts = {("segment", value): rng.poisson(passages / days * part * shares) for value, part in SEGMENTS.items()}
        for (dimension, value), taken in {("", ""): sum(parts.values()), **parts}.items():
            counts, totals = taken @ times, taken @ values
            for place in np.flatnonzero(counts):
                n, total = int(counts[place]), float(totals[place])
                histogram = ",".join(["0"] * 9 + [str(n)] + ["0"] * (BINS - 10)) if timed[place] else ""
                yield (
                    f"{journey_id}\t{names[place][0]}\t{dimension}\t{value}\t{day}\t{names[place][1]}\t{n}\t"
                    f"{n if back < 7 else 0}\t{total}\t{total * total / n * 1.1}\t{{{histogram}}}\n"
                )


def _line(
    journey_id: int, measure: str, day: date, key: str, n: int, total: float = 0, slice_: str = "\t", timed: bool = True
) -> str:
    histogram = ",".join(["0"] * 9 + [str(n)] + ["0"] * (BINS - 10)) if timed and total else ""
    return f"{journey_id}\t{measure}\t{slice_}\t{day}\t{key}\t{n}\t0\t{total}\t{total * total}\t{{{histogram}}}\n"


def _write(tenant_id: int, rows: Iterator[str]) -> int:
    # Under row-level security COPY into the table itself is refused: by way of a temporary one.
    with activate(tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE seeding (journey_id bigint, measure text, dimension text, value text, day date,"
            " key text, n bigint, open bigint, total float8, squares float8, histogram bigint[]) ON COMMIT DROP"
        )
        while chunk := "".join(row for row, _ in zip(rows, range(BATCH), strict=False)):
            cursor.copy_expert("COPY seeding FROM STDIN", StringIO(chunk))
        columns = "journey_id, measure, dimension, value, day, key, n, open, total, squares, histogram"
        cursor.execute(
            f"INSERT INTO journeys_pathrollup (tenant_id, {columns}) SELECT %s, {columns} FROM seeding", [tenant_id]
        )
        return cursor.rowcount
