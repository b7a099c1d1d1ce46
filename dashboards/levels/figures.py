"""Everything on the page of levels, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import METRICS, Metric, metric
from cxplatform.stats.score import score_of_many
from cxplatform.tenancy.models import Tenant
from dashboards.cells import Cell, Pair, as_family, cells
from dashboards.levels.declared import Declared, declared
from dashboards.levels.index import Standing, standing
from dashboards.levels.load import Audience, Kind, Quarters, compared, load_quarters, quarter_of, quarters_until
from dashboards.models import Benchmark
from dashboards.population.shares import Base, bases

QUARTERS = 9
"""Two years and the quarter that the newest is compared with."""
NPS = "nps/0-10"
STAY = "stay/1-7"
PULSE = ("pulse_knowledge/1-7", "pulse_action/1-7", "pulse_emotion/1-7")
STAFF = (NPS, "csat/1-5", *PULSE)
FEWEST_STAFF = 5
APART: tuple[Kind, ...] = ("recall", "onboarding")


@dataclass(frozen=True)
class Line:
    """One metric of one audience and kind of survey, of its newest quarter; `values` by quarter, oldest first."""

    metric: Metric
    audience: Audience
    kind: Kind
    quarter: date
    then: date | None
    so_far: bool
    cell: Cell
    values: tuple[tuple[date, float | None], ...]


@dataclass(frozen=True)
class Levels:
    """`recommendation` and `retention` are sub-indices with the index's own weights, None where nobody was asked and
    where the index is made of recommendation itself."""

    declared: Declared
    standing: Standing
    recommendation: Standing | None
    retention: Standing | None
    customers: tuple[Line, ...]
    staff: tuple[Line, ...]
    quarters: tuple[date, ...]
    beside: tuple["Beside", ...] = ()

    @property
    def apart(self) -> bool:
        """Whether customers answered a recall or onboarding survey."""
        return any(line.kind in APART for line in self.customers)


@dataclass(frozen=True)
class Beside:
    """A benchmark with the company's own scores of the metric, of either kind of survey."""

    benchmark: Benchmark
    metric: Metric
    own: tuple[Line, ...]


def load_levels(*, tenant: Tenant, today: date) -> Levels:
    """The active tenant's index, scores by kind of survey, staff and benchmarks, in six queries at most."""
    of = declared(today=today)
    benchmarks = [one for one in Benchmark.objects.all() if one.metric in METRICS]
    quarters = quarters_until(today, QUARTERS)
    ends = [min(quarter_of(quarter).last, today) for quarter in quarters]
    found = bases(of.dimension, days=ends, basis=of.basis) if of.dimension else []
    weights = dict(zip(quarters, found, strict=True)) if found else {}
    read = load_quarters(
        metrics=list(dict.fromkeys([*of.metrics, NPS, STAY, *STAFF, *(one.metric for one in benchmarks)])),
        quarters=quarters,
        dimension=of.dimension,
        values=sorted({value for base in weights.values() for value in base.shares}),
    )
    minimum = tenant.anonymity_minimum

    def index(made: Declared) -> Standing:
        return standing(
            made,
            read,
            weights or dict.fromkeys(quarters, Base({})),
            quarters=quarters,
            today=today,
            minimum=minimum,
        )

    kinds: tuple[Kind, ...] = ("relationship", "transaction")
    itself = tuple(of.metrics) == (NPS,) and of.level == "relationship"
    lines = [
        line
        for audience, kind, names in (
            *(("customer", kind, (NPS,)) for kind in (*kinds, *APART)),
            *(("employee", kind, STAFF) for kind in kinds),
        )
        for name in names
        if (line := _line(read, name, audience, kind, today, _least(audience, minimum)))  # type: ignore[arg-type]
    ]
    judged = as_family([line.cell for line in lines])
    lines = [replace(line, cell=cell) for line, cell in zip(lines, judged, strict=True)]
    return Levels(
        declared=of,
        standing=index(of),
        recommendation=None if itself else _answered(index(replace(of, metrics={NPS: 1.0}, level="relationship"))),
        retention=_answered(index(replace(of, metrics={STAY: 1.0}, level="relationship"))),
        customers=tuple(line for line in lines if line.audience == "customer"),
        staff=_one_kind([line for line in lines if line.audience == "employee"]),
        quarters=tuple(quarters),
        beside=tuple(
            Beside(
                one,
                metric(one.metric),
                tuple(
                    line
                    for kind in kinds
                    if (line := _line(read, one.metric, "customer", kind, today, minimum)) and line.cell.score
                ),
            )
            for one in benchmarks
        ),
    )


def _answered(found: Standing) -> Standing | None:
    return found if found.value is not None else None


def _least(audience: Audience, minimum: int) -> int:
    return max(minimum, FEWEST_STAFF) if audience == "employee" else minimum


def _line(read: Quarters, name: str, audience: Audience, kind: Kind, today: date, minimum: int) -> Line | None:
    answered = [quarter for quarter in read.answered(name, kind, audience=audience) if quarter <= today]
    if not answered:
        return None
    of, quarter = metric(name), answered[-1]
    then = compared(quarter, answered)
    counted = [read.get(name, kind, one, audience=audience) for one in answered]
    scores = score_of_many(of, counted)
    (cell,) = cells(
        of,
        [Pair(counted[-1], read.get(name, kind, then, audience=audience) if then else None)],
        minimum=minimum,
    )
    return Line(
        metric=of,
        audience=audience,
        kind=kind,
        quarter=quarter,
        then=then,
        so_far=quarter == quarter_of(today).start,
        cell=cell,
        values=tuple(
            (one, score.value if anonymity.enough(score.n, minimum=minimum) else None)
            for one, score in zip(answered, scores, strict=True)
        ),
    )


def _one_kind(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Of each metric the kind of survey answered last; two kinds are never pooled."""
    best: dict[str, Line] = {}
    for line in lines:
        known = best.get(line.metric.name)
        if known is None or line.quarter > known.quarter:
            best[line.metric.name] = line
    return tuple(best.values())
