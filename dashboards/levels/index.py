"""The company's index of a quarter: its parts, what it is compared with, and where the change came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import sqrt

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.index import Index, IndexChange, Segment, blend, company_index, index_change, segment
from cxplatform.stats.intervals import z_of
from cxplatform.tenancy.numbers import per_cent
from dashboards.cells import State, shown_groups
from dashboards.levels.declared import Declared
from dashboards.levels.load import Quarters, compared, quarter_of
from dashboards.load import Histogram
from dashboards.models import Basis
from dashboards.population.shares import Base


@dataclass(frozen=True)
class Part:
    """A segment of the index. `weight` and `share` (of the shown index) are 0..1; a hidden one has no figures."""

    value: str
    weight: float
    state: State
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    then: float | None = None


@dataclass(frozen=True)
class Standing:
    """`index` None, or its value None: `why` says what is missing. `quarter` and `then_quarter` are first days;
    `series` is each quarter's value, oldest first, None where it cannot be shown."""

    quarter: date | None = None
    so_far: bool = False
    index: Index | None = None
    then_quarter: date | None = None
    change: IndexChange | None = None
    parts: tuple[Part, ...] = ()
    base: Base = field(default_factory=lambda: Base({}))
    series: tuple[tuple[date, float | None], ...] = ()
    why: str = ""

    @property
    def value(self) -> float | None:
        return self.index.value if self.index else None


def standing(
    of: Declared,
    read: Quarters,
    bases: Mapping[date, Base],
    *,
    quarters: Sequence[date],
    today: date,
    minimum: int,
) -> Standing:
    """The newest quarter whose index can be shown, else the newest answered with the reason why it cannot.

    `bases` are the weights in force at the end of each quarter.
    """
    first = next(iter(of.metrics))
    answered = [quarter for quarter in read.answered(first, of.level) if quarter <= today]
    current = quarter_of(today).start
    if of.dimension and not any(base.shares for base in bases.values()):
        return Standing(why=_no_shares(of))
    if not answered:
        return Standing(why=_no_answers(of))
    found = {quarter: _index(of, read, bases[quarter], quarter, minimum) for quarter in quarters}
    shown = [quarter for quarter in answered if found[quarter].value is not None]
    quarter = max(shown or answered)
    index = found[quarter]
    then = compared(quarter, shown)
    result = Standing(
        quarter=quarter,
        so_far=quarter == current,
        index=index,
        then_quarter=then,
        change=index_change(index, found[then]) if then else None,
        parts=_parts(of, read, index, found[then] if then else None, quarter),
        base=bases[quarter],
        series=tuple((one, found[one].value) for one in quarters),
    )
    return result if index.value is not None else replace(result, why=_too_little(of, index))


def _index(of: Declared, read: Quarters, base: Base, quarter: date, minimum: int) -> Index:
    shares = base.shares if of.dimension else {"": 1.0}
    whole = sum(shares.values())
    shown = {name: _shown(of, read, name, shares, quarter, minimum) for name in of.metrics}
    segments = [
        blend(
            [
                (
                    segment(name, shown[name][value], key=value, weight=share / whole)
                    if value in shown[name]
                    else Segment(key=value, weight=share / whole, mean=None, variance=None, n=0),
                    weight,
                )
                for name, weight in of.metrics.items()
            ]
        )
        for value, share in shares.items()
        if share > 0
    ]
    return company_index(segments, threshold=of.threshold)


def _shown(
    of: Declared, read: Quarters, name: str, shares: Mapping[str, float], quarter: date, minimum: int
) -> Mapping[str, Histogram]:
    """The segments' counts that may be shown beside the company's own."""
    everybody = read.get(name, of.level, quarter)
    if not anonymity.enough(total(everybody), minimum=minimum):
        return {}
    if not of.dimension:
        return {"": everybody}
    groups = {value: read.get(name, of.level, quarter, value=value) for value in shares}
    return {
        value: counts for value, counts in shown_groups(groups, everybody, minimum=minimum).items() if total(counts)
    }


def _parts(of: Declared, read: Quarters, index: Index, then: Index | None, quarter: date) -> tuple[Part, ...]:
    before = {one.key: one.mean for one in then.segments} if then else {}
    first = next(iter(of.metrics))
    parts = []
    for one in sorted(index.segments, key=lambda one: (-one.weight, one.key)):
        if one.mean is None or one.variance is None:
            some = total(read.get(first, of.level, quarter, value=one.key))
            parts.append(Part(one.key, one.weight, "few" if some else "empty"))
            continue
        half = z_of() * sqrt(one.variance)
        low, high = max(0.0, one.mean - half), min(100.0, one.mean + half)
        parts.append(Part(one.key, one.weight, "measured", one.mean, low, high, one.n, before.get(one.key)))
    return tuple(parts)


def _no_answers(of: Declared) -> str:
    if of.level == "relationship":
        return _(
            "The index is made of relationship surveys, and none has been answered in two years. Ask a sample of "
            "customers each quarter, or make the index of single encounters."
        )
    return _("Nobody has answered the index's questions in two years. Place them in a survey.")


def _no_shares(of: Declared) -> str:
    if of.basis == Basis.REVENUE:
        return _("What each segment pays is not told. Tell the shares by revenue, or weigh by customers.")
    return _("No customer has a value of the index's dimension. Tell what the customer base is made of.")


def _too_little(of: Declared, index: Index) -> str:
    return _(
        "Measured segments carry %(covered)s of the weight; the index is shown from %(least)s. Ask those that are "
        "missing."
    ) % {"covered": per_cent(100 * index.coverage), "least": per_cent(100 * of.threshold)}
