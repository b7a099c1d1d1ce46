"""What people are led by and paid for, and whether it is tied to customers; who answers for which metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Membership, User
from dashboards.load import metrics_answered
from dashboards.measures import metric_name
from dashboards.models import KpiSeries, MetricOwner, RewardedFigure
from promises.models import Promise

METRIC, PROMISE, KPI = "metric", "promise", "kpi"


@dataclass(frozen=True)
class Line:
    """A figure of the register. `tied` is what of the customer's it is tied to, "" for nothing that is there now."""

    figure: RewardedFigure
    tied: str
    gone: bool


@dataclass(frozen=True)
class Register:
    """`apart` are the KPIs that neither tell of customers nor stand in the register tied to them."""

    lines: tuple[Line, ...]
    apart: tuple[str, ...]

    @property
    def rewarded(self) -> int:
        return sum(bool(line.figure.reward) for line in self.lines)

    @property
    def rewarded_tied(self) -> int:
        return sum(bool(line.figure.reward and line.tied) for line in self.lines)

    @property
    def loose(self) -> int:
        return sum(not line.tied for line in self.lines)


@dataclass(frozen=True)
class Owned:
    """A metric that is measured, or a KPI, and who answers for it. `gone`: the owner is no member any more."""

    key: str
    name: str
    kpi: bool
    owner: User | None
    gone: bool

    @property
    def unowned(self) -> bool:
        return self.owner is None or self.gone


def ties() -> dict[str, dict[str, str]]:
    """What a figure can be tied to, by kind: {tie: name}. Three queries."""
    promises = Promise.objects.filter(archived_at=None).order_by("name").values_list("slug", "name")
    told = KpiSeries.objects.filter(side=KpiSeries.Side.CUSTOMERS).values_list("slug", "name")
    return {
        METRIC: {f"{METRIC}:{name}": str(metric_name(name)) for name in _metrics()},
        PROMISE: {f"{PROMISE}:{slug}": name for slug, name in promises},
        KPI: {f"{KPI}:{slug}": name for slug, name in told},
    }


def load_register(*, tenant_id: int) -> Register:
    """Six queries."""
    # A metric that nobody has answered yet is a tie all the same.
    known = {f"{METRIC}:{name}": str(metric_name(name)) for name in METRICS}
    known |= {tie: name for of in ties().values() for tie, name in of.items()}
    members = _members(tenant_id)
    figures = list(RewardedFigure.objects.select_related("owner"))
    lines = tuple(
        Line(each, known.get(each.tie, ""), each.owner is not None and each.owner.pk not in members) for each in figures
    )
    listed = {line.figure.name.casefold() for line in lines}
    series = KpiSeries.objects.exclude(side=KpiSeries.Side.CUSTOMERS).values_list("name", flat=True)
    return Register(lines, tuple(name for name in series if name.casefold() not in listed))


def write_figure(*, figure: RewardedFigure, fields: Mapping[str, object]) -> None:
    """Add a figure to the register, or write it anew."""
    before = audit.stored(figure) if figure.pk else None
    for name, value in fields.items():
        setattr(figure, name, value)
    figure.save()
    audit.record("changed" if before else "added", figure, before=before)


def remove_figure(figure: RewardedFigure) -> None:
    audit.record("removed", figure)
    figure.delete()


def load_owned(*, tenant_id: int) -> list[Owned]:
    """Every metric that is measured, then every KPI; those that nobody answers for first. Four queries."""
    members = _members(tenant_id)
    owners = {row.key: row.user for row in MetricOwner.objects.select_related("user")}
    keys = [(name, str(metric_name(name)), False) for name in _metrics()]
    keys += [(f"{KPI}:{slug}", name, True) for slug, name in KpiSeries.objects.values_list("slug", "name")]
    found = [
        Owned(key, name, kpi, owner := owners.get(key), owner is not None and owner.pk not in members)
        for key, name, kpi in keys
    ]
    return sorted(found, key=lambda owned: (not owned.unowned, owned.kpi))


def write_owners(wanted: Mapping[str, User | None]) -> int:
    """Who answers for these metrics, None for nobody; how many changed."""
    kept = {row.key: row for row in MetricOwner.objects.filter(key__in=wanted)}
    changed = 0
    for key, user in wanted.items():
        row = kept.get(key)
        if (row.user_id if row else None) == (user.pk if user else None):
            continue
        changed += 1
        if user is None and row:
            audit.record("removed", row)
            row.delete()
        elif user:
            before = audit.state(row) if row else None
            row = row or MetricOwner(key=key)
            row.user = user
            row.save()
            audit.record("changed" if before else "added", row, before=before)
    return changed


def _metrics() -> Sequence[str]:
    """The metrics of the registry that are answered, in its order."""
    answered = set(metrics_answered())
    return [name for name in METRICS if name in answered]


def _members(tenant_id: int) -> set[int]:
    return set(Membership.objects.filter(tenant_id=tenant_id).values_list("user_id", flat=True))
