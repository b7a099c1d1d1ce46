"""Which forecasts warn, without reading them all: hundreds stand, and few miss a target."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from cxplatform.stats.metrics import METRICS, metric
from dashboards.ahead.forecasts import KIND
from dashboards.ahead.outlook import Outlook, misses, outlooks, warnings
from dashboards.goals import Goals
from dashboards.models import Insight
from dashboards.structure import Structure

# Of each forecast the lowest and the highest value to come: what a target is compared with.
_ENDS = """
    SELECT i.id, i.touchpoint_id, i.data->>'metric', i.data->>'refused', ends.lowest, ends.highest
    FROM dashboards_insight i CROSS JOIN LATERAL (
        SELECT min((a->>'value')::float), max((a->>'value')::float) FROM jsonb_array_elements(i.data->'ahead') AS a
    ) AS ends (lowest, highest)
    WHERE i.kind = %s
"""


@dataclass(frozen=True)
class Warned:
    """`warnings` in the order in which they are told; `foretold` counts the forecasts they are among, `refused` the
    series that had too little."""

    warnings: tuple[Outlook, ...]
    foretold: int
    refused: int


def load_warned(structure: Structure, goals: Goals, *, places: Collection[int] | None = None) -> Warned:
    """The warnings of these touchpoints, None of all and of the company, as `warnings(outlooks(...))` of all forecasts
    would tell them. One query, two where anything may warn."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, [KIND])
        rows = [
            (id, metric(name), at, refused, lowest, highest)
            for id, at, name, refused, lowest, highest in cursor.fetchall()
            if name in METRICS and (not at or at in structure.places) and (places is None or at in places)
        ]
    foretold = [(id, of, at, lowest, highest) for id, of, at, refused, lowest, highest in rows if not refused]
    short = []
    for id, of, at, lowest, highest in foretold:
        target = goals.touchpoint(of, at) if at else goals.company(of)
        worst = lowest if of.better == "higher" else highest
        if target is not None and worst is not None and misses(of, worst, target):
            short.append(id)
    told = outlooks(Insight.objects.filter(id__in=short).order_by("rank"), structure, goals) if short else []
    return Warned(tuple(warnings(told)), len(foretold), len(rows) - len(foretold))
