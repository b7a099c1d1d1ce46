"""What the whole customer base looks like: as told, with day and source, else as counted from the customers known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from cxplatform.tenancy.context import active_tenant_id
from dashboards.models import Basis, Population
from journeys.models import Dimension

EARLIEST = date(2000, 1, 1)
MOST_VALUES = 200
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Base:
    """Shares (or numbers) of customers by value; `as_of` and `source` where they were told."""

    shares: Mapping[str, float]
    as_of: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Share:
    """The share of customers, or of revenue, with one value of a dimension (its id), as of a day."""

    dimension_id: int
    value: str
    share: float
    as_of: date
    source: str
    basis: str = Basis.CUSTOMERS


@dataclass(frozen=True)
class Taken:
    """Shares that are new or changed, those there already, and what is wrong with others by place."""

    accepted: int
    duplicates: int
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)


def base_of(dimension: str, *, day: date, basis: str = Basis.CUSTOMERS) -> Base:
    """The base in force on a day, see `bases`. `dimension` is its identifier."""
    return bases(dimension, days=[day], basis=basis)[0]


def bases(dimension: str, *, days: Sequence[date], basis: str = Basis.CUSTOMERS) -> list[Base]:
    """The base in force on each day: the newest told by then, else the first told after it, else the customers known.

    What customers pay is nowhere counted: shares by revenue are told, or there are none.
    """
    told = list(Population.objects.filter(dimension__slug=dimension, basis=basis).order_by("as_of"))
    if not told:
        counted = Base(_counted(dimension) if basis == Basis.CUSTOMERS else {})
        return [counted] * len(days)
    found = (next((one for one in reversed(told) if one.as_of <= day), told[0]) for day in days)
    return [Base(one.shares, one.as_of, one.source) for one in found]


def _counted(dimension: str) -> Mapping[str, float]:
    """Customers by value of a dimension; those without a value are left out. Kept for an hour."""
    key = f"population:{active_tenant_id()}:{dimension}"
    found: dict[str, float] | None = cache.get(key)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT dimensions ->> %(name)s, count(*) FROM journeys_customer"
                " WHERE erased_at IS NULL AND coalesce(dimensions ->> %(name)s, '') <> '' GROUP BY 1",
                {"name": dimension},
            )
            found = {value: float(n) for value, n in cursor.fetchall()}
        cache.set(key, found, _KEPT_SECONDS)
    return found


def fault_of(value: str, share: float) -> str:
    """What is wrong with a value's share, as a sentence; empty where nothing is."""
    if not value or len(value) > 200 or "\x00" in value:
        return _("Write the value in at most 200 characters.")
    if not math.isfinite(share) or share < 0 or share > 1e12:
        return _("Give a share or a number of customers, zero or more.")
    return ""


def take_in(shares: Sequence[Share]) -> Taken:
    """Store told shares of the active tenant; told again, a value's share is replaced, and the others stay."""
    rejected = {
        place: {"share": fault} for place, one in enumerate(shares) if (fault := fault_of(one.value, one.share))
    }
    good = [(place, one) for place, one in enumerate(shares) if place not in rejected]
    known = {
        (one.dimension_id, one.basis, one.as_of): one
        for one in Population.objects.select_for_update()
        .filter(dimension_id__in={one.dimension_id for _, one in good}, as_of__in={one.as_of for _, one in good})
        .order_by("pk")
    }
    accepted = 0
    changed: dict[tuple[int, str, date], Population] = {}
    for place, one in good:
        key = (one.dimension_id, one.basis, one.as_of)
        new = Population(dimension_id=one.dimension_id, basis=one.basis, as_of=one.as_of, source="", shares={})
        base = known.setdefault(key, new)
        if base.shares.get(one.value) == one.share and base.source == one.source:
            continue
        if one.value not in base.shares and len(base.shares) >= MOST_VALUES:
            rejected[place] = {"value": _("A dimension can have at most %(most)d shares.") % {"most": MOST_VALUES}}
            continue
        base.shares, base.source = {**base.shares, one.value: one.share}, one.source
        changed[key] = base
        accepted += 1
    for base in changed.values():
        base.save()
    return Taken(accepted, len(shares) - len(rejected) - accepted, rejected)


def dimensions_named() -> dict[str, int]:
    """Dimensions in use by identifier and by name, in small letters."""
    rows = list(Dimension.objects.in_use().values_list("pk", "slug", "name"))
    return {name.strip().casefold(): pk for pk, _, name in rows} | {slug.casefold(): pk for pk, slug, _ in rows}
