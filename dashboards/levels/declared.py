"""What the index is made of: as declared, else by default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cxplatform.stats.metrics import METRICS
from dashboards.levels.load import Kind
from dashboards.models import Basis, CompanyIndex, Population

DEFAULT = "nps/0-10"
# What an index may be made of: each is asked of customers on one scale and reads on 0-100.
METRICS_OFFERED: Sequence[str] = (
    "nps/0-10",
    "csat/1-5",
    "ces/1-7",
    "cx3d/3-21",
    "cx3d_effectiveness/1-7",
    "cx3d_ease/1-7",
    "cx3d_emotion/1-7",
    "faces/4",
    "stay/1-7",
    "nps/1-10",
    "csat/1-10",
)


@dataclass(frozen=True)
class Declared:
    """`metrics` have weights that sum to 1. `dimension` is an identifier with its `dimension_name`, "" = everybody is
    one segment. `threshold` is 0..1. `told` False = nobody has declared it: the default."""

    metrics: Mapping[str, float]
    level: Kind
    dimension: str = ""
    dimension_name: str = ""
    basis: str = Basis.CUSTOMERS
    threshold: float = 0.6
    target: float | None = None
    paid_property: str = ""
    paid_currency: str = "EUR"
    told: bool = False


def declared(*, today: date) -> Declared:
    """The active tenant's index, in at most two queries.

    By default the normalised relationship score, weighed by the dimension of which the customer base was told last.
    """
    row = CompanyIndex.objects.select_related("dimension").first()
    if row is None:
        base = Population.objects.select_related("dimension").filter(as_of__lte=today).order_by("-as_of", "id").first()
        if base is None:
            return Declared({DEFAULT: 1.0}, "relationship")
        return Declared({DEFAULT: 1.0}, "relationship", base.dimension.slug, base.dimension.name, basis=base.basis)
    weights = {name: float(weight) for name, weight in row.metrics.items() if name in METRICS and weight > 0}
    whole = sum(weights.values())
    return Declared(
        metrics={name: weight / whole for name, weight in weights.items()} or {DEFAULT: 1.0},
        level="transaction" if row.level == CompanyIndex.Level.TRANSACTION else "relationship",
        dimension=row.dimension.slug if row.dimension else "",
        dimension_name=row.dimension.name if row.dimension else "",
        basis=row.basis,
        threshold=row.threshold / 100,
        target=row.target,
        paid_property=row.paid_property,
        paid_currency=row.paid_currency,
        told=True,
    )
