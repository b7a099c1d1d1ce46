"""All journeys side by side: who answers for them, how many go through, how well they follow the design."""

from collections.abc import Mapping
from dataclasses import dataclass

from cxplatform.stats.change import Verdict
from cxplatform.stats.sums import Mean, changed, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.asked import compared_periods, segment_hidden, segments_of, settle_window
from dashboards.journeys.dropoff import Step, dropped_share, may_end, weakest_of
from dashboards.journeys.names import load_names
from dashboards.journeys.paths_load import Counted, Tally, path_counts, segment_sizes
from dashboards.periods import Period
from dashboards.query import Against, Query
from dashboards.reading import NOW
from dashboards.shares import Share, share_of
from journeys.models import UNASSIGNED, Dimension, Journey, Stage
from journeys.paths import measures

_MEASURES = (measures.PASSAGES, measures.FITNESS, measures.REACHED, measures.ONWARD)


@dataclass(frozen=True)
class Row:
    """`weakest` is the stage that loses the most passages."""

    journey: Journey
    passages: Tally
    before: int
    fitness: Mean
    verdict: Verdict
    weakest: Step | None


@dataclass(frozen=True)
class ListPage:
    """`homeless` is the share of passages that belong to no journey."""

    query: Query
    rows: tuple[Row, ...]
    homeless: Share
    against: Against
    then: Period
    hidden: bool
    segments: Mapping[str, tuple[tuple[str, str], ...]]


def load_list(*, query: Query, tenant: Tenant) -> ListPage:
    """The list in eight queries. Raises BadQuery."""
    journeys = list(Journey.objects.measured().select_related("owner", "sponsor"))
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.in_use().order_by("position", "id"):
        stages.setdefault(stage.journey_id, []).append(stage)
    ids = [UNASSIGNED, *(journey.pk for journey in journeys)]
    sizes = segment_sizes(query.period, journey_ids=ids)
    dimensions = dict(Dimension.objects.in_use().values_list("slug", "name"))
    hidden = segment_hidden(query.segment, sizes, minimum=tenant.anonymity_minimum)
    compared = compared_periods(query)
    windows = {NOW: (query.period, _MEASURES)} | {
        name: (period, (measures.PASSAGES, measures.FITNESS)) for name, period in compared.items()
    }
    counted = Counted({})
    if not hidden:
        counted = path_counts(journey_ids=ids, windows=windows, segment=query.segment, timed=())
    against = settle_window(query, counted, ids)
    everybody = sum(counted.get(id, measures.PASSAGES).n for id in ids)
    return ListPage(
        query=query,
        rows=tuple(_row(journey, stages.get(journey.pk, []), counted, against) for journey in journeys),
        homeless=share_of(counted.get(UNASSIGNED, measures.PASSAGES).n, everybody),
        against=against,
        then=compared[against],
        hidden=hidden,
        segments=segments_of(query, sizes, load_names(), dimensions, minimum=tenant.anonymity_minimum),
    )


def _row(journey: Journey, stages: list[Stage], counted: Counted, against: str) -> Row:
    now, then = (counted.get(journey.pk, measures.FITNESS, window=window).sums for window in (NOW, against))
    passages = counted.get(journey.pk, measures.PASSAGES)
    steps = []
    for place, stage in enumerate(stages[:-1]):
        key = f"stage {stage.pk}"
        reached, onward = (counted.get(journey.pk, measure, key) for measure in (measures.REACHED, measures.ONWARD))
        dropped = dropped_share(reached, onward)
        share, final = share_of(reached.n, passages.n), may_end(stages, place)
        steps.append(Step(stage.pk, stage.name, key, share, reached.open, dropped, None, final))
    return Row(
        journey=journey,
        passages=passages,
        before=counted.get(journey.pk, measures.PASSAGES, window=against).n,
        fitness=mean_of(now, least=0, greatest=1),
        verdict=changed(now, then),
        weakest=weakest_of(steps),
    )
