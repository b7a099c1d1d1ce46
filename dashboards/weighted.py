"""The company's scores as the whole customer base would have given them, beside those of who answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.moments import denominators
from cxplatform.stats.raking import CannotRake, rake
from cxplatform.stats.score import Estimate, Score, estimates, score_of_many
from dashboards.load import EVERYBODY, Slice, counts, segment_values
from dashboards.matrix import MATRIX
from dashboards.measures import Measure
from dashboards.population.shares import Base
from dashboards.query import Query
from dashboards.reading import NOW


@dataclass(frozen=True)
class Weighed:
    """A measure as answered and as weighed; `estimate` None where `why` says so."""

    measure: Measure
    plain: Score
    estimate: Estimate | None = None
    n_eff: float | None = None
    trimmed: bool = False
    why: str = ""


def weigh(query: Query, dimension: str, *, base: Base, minimum: int) -> tuple[Weighed, ...]:
    """The measures of the matrix weighed to the customer base by a dimension, in two queries."""
    people: dict[Any, float] = {value: share for value, share in base.shares.items() if share > 0}
    names = [name for measure in MATRIX for name in measure.metrics]
    values = list(segment_values(query.period, metrics=names).get(dimension, {}))
    parts = (EVERYBODY, *((dimension, value) for value in values))
    read = counts(metrics=names, windows={NOW: query.period}, of=Slice(parts=parts), by=["value"])
    everybody = {name: total(read.get(name, NOW, "")) for name in names}
    found = []
    for measure in MATRIX:
        of = measure.metric(everybody)
        (plain,) = score_of_many(of, [read.get(of.name, NOW, "")])
        if not anonymity.enough(plain.n, minimum=minimum):
            continue
        table = {value: read.get(of.name, NOW, value) for value in values}
        table = {value: histogram for value, histogram in table.items() if total(histogram)}
        # Between the plain score and the weighed one, the answers of a small group could be worked out.
        if few := [value for value, h in table.items() if not anonymity.enough(total(h), minimum=minimum)]:
            found.append(Weighed(measure, plain, why=_("Too few answered of: %(values)s.") % {"values": _some(few)}))
            continue
        try:
            weights = rake([(value,) for value in table], [total(h) for h in table.values()], [people])
        except CannotRake:
            found.append(Weighed(measure, plain, why=_silent(people, table)))
            continue
        summed: Any = sum(weight * histogram for weight, histogram in zip(weights.weights, table.values(), strict=True))
        # As many answers as the weighted ones are worth: intervals are then no narrower than they may be.
        scaled = (summed * weights.n_eff / summed.sum()).reshape(1, -1)
        found.append(
            Weighed(
                measure,
                plain,
                estimates(of, of.lead, scaled)[0],
                float(denominators(of, scaled)[0]),
                weights.trimmed,
            )
        )
    return tuple(found)


def _silent(people: Mapping[Any, float], table: Mapping[str, Any]) -> str:
    if not people:
        return _("No customer has a value of this dimension.")
    if missing := sorted(set(people) - set(table)):
        return _("Nobody answered of: %(values)s. No weight can stand for them.") % {"values": _some(missing)}
    return _("Some who answered have a value that no customer has.")


def _some(values: Sequence[str]) -> str:
    return ", ".join([*values[:5], *(["..."] if len(values) > 5 else [])])
