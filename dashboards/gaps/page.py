"""Blind spots as a page: guesses beside answers, what each side holds important, and what customers expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cxplatform.stats.blind_spot import THRESHOLD, rank_correlation
from cxplatform.stats.metrics import Metric, metric
from cxplatform.tenancy.models import Tenant
from dashboards.gaps.expected import Expected, load_expected
from dashboards.gaps.finder import BELIEF, IMPORTANT, KIND
from dashboards.gaps.pulse import UnitPulse, load_pulse
from dashboards.insights.read import findings
from dashboards.models import Insight
from dashboards.query import Query
from dashboards.structure import Place, Structure, load_structure

TOLD = ("blind_spot", "hidden_strength")
WIDTH = 200


@dataclass(frozen=True)
class Picture:
    """Places on a line of `WIDTH`: staff's guess, customers' answer, and where the guess would stand at the ends of
    the gap's interval."""

    staff: float
    customers: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        return round(self.high - self.low, 1)


@dataclass(frozen=True)
class Row:
    """One gap on 0-100: `staff` is what employees guessed, `customers` what was answered. `place` None is the whole
    company."""

    place: Place | None
    metric: Metric
    kind: str
    wave: str
    gap: float
    low: float | None
    high: float | None
    staff: float
    customers: float
    n_staff: int
    n_customers: int
    importance: float | None

    @property
    def told(self) -> bool:
        """Whether it is a blind spot or a hidden strength."""
        return self.kind in TOLD

    @property
    def verdict(self) -> str:
        """The kind; of importance "underrated" or "overrated" by staff, as to think it matters is no blind spot."""
        if self.metric.key != "importance" or not self.told:
            return self.kind if self.told else "none"
        return "underrated" if self.gap < 0 else "overrated"

    @property
    def picture(self) -> "Picture":
        """The row's line of the gap chart."""
        low = high = self.staff
        if self.low is not None and self.high is not None:
            low, high = (min(max(self.customers + end, 0.0), 100.0) for end in (self.low, self.high))
        return Picture(*(round(WIDTH * value / 100, 1) for value in (self.staff, self.customers, low, high)))


@dataclass(frozen=True)
class Lacking:
    """Mirrors that too few answered. `who` lacks: staff, customers or both."""

    place: Place | None
    metric: Metric
    who: tuple[str, ...]


@dataclass(frozen=True)
class GapsPage:
    """`agreement` is the rank correlation of what staff and customers hold important, None of under three
    touchpoints. `pulse` are units with their staff's pulse and the gaps at their touchpoints. `start` ... `last` are
    the days of the customers' answers, None where no mirror was asked yet."""

    query: Query
    gaps: tuple[Row, ...]
    importance: tuple[Row, ...]
    belief: Row | None
    agreement: float | None
    lacking: tuple[Lacking, ...]
    expected: Expected
    pulse: tuple[tuple[UnitPulse, tuple[Row, ...]], ...]
    start: date | None
    last: date | None
    threshold: float = THRESHOLD

    @property
    def blind(self) -> int:
        return sum(row.kind == "blind_spot" for row in self.gaps)

    @property
    def strengths(self) -> int:
        return sum(row.kind == "hidden_strength" for row in self.gaps)


def load_gaps(*, query: Query, today: date, tenant: Tenant) -> GapsPage:
    """The page in a fixed number of queries. Raises BadQuery for what is not there."""
    structure = load_structure()
    found = findings([KIND])[KIND]
    rows = {aspect: rows_of(found, structure, aspect) for aspect in ("score", IMPORTANT, BELIEF)}
    important = rows[IMPORTANT]
    pulses = load_pulse(today=today, structure=structure, minimum=tenant.anonymity_minimum)
    return GapsPage(
        query=query,
        gaps=rows["score"],
        importance=important,
        belief=rows[BELIEF][0] if rows[BELIEF] else None,
        agreement=rank_correlation([row.staff for row in important], [row.customers for row in important]),
        lacking=_lacking(found, structure),
        expected=load_expected(query=query, today=today, minimum=tenant.anonymity_minimum, structure=structure),
        pulse=tuple(
            (pulse, tuple(row for row in rows["score"] if row.place and row.place.unit == unit))
            for unit, pulse in pulses.items()
        ),
        start=found[0].start if found else None,
        last=found[0].last if found else None,
    )


def rows_of(found: Sequence[Insight], structure: Structure, aspect: str) -> tuple[Row, ...]:
    """The gaps of one aspect that have figures, in the finder's order; archived touchpoints are left out."""
    return tuple(
        _row(each.data, structure.places.get(each.touchpoint_id) if each.touchpoint_id else None)
        for each in found
        if each.data["aspect"] == aspect and "gap" in each.data and _here(each, structure)
    )


def _here(each: Insight, structure: Structure) -> bool:
    return each.touchpoint_id is None or each.touchpoint_id in structure.places


def _row(data: Mapping[str, Any], place: Place | None) -> Row:
    figures = ("kind", "wave", "gap", "low", "high", "staff", "customers", "n_staff", "n_customers", "importance")
    return Row(place=place, metric=metric(data["metric"]), **{name: data[name] for name in figures})


def _lacking(found: Sequence[Insight], structure: Structure) -> tuple[Lacking, ...]:
    return tuple(
        Lacking(
            place=structure.places[each.touchpoint_id] if each.touchpoint_id else None,
            metric=metric(each.data["metric"]),
            who=tuple(each.data["lacks"]),
        )
        for each in found
        if "lacks" in each.data and _here(each, structure)
    )
