"""Taking in figures of other systems; the same week or month told again replaces what was told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec
from django.utils import timezone
from django.utils.text import slugify
from msgspec import Meta

from dashboards.models import KpiSeries, KpiValue

EARLIEST = date(2000, 1, 1)


class KpiFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value. `kpi` is the series' name or identifier; a series not known yet is made of `unit` and `grain`."""

    kpi: Annotated[str, Meta(min_length=1, max_length=200)]
    day: date
    value: float
    unit: Annotated[str, Meta(max_length=40)] | None = None
    grain: Literal["week", "month"] | None = None
    source: Annotated[str, Meta(max_length=100)] | None = None


@dataclass(frozen=True)
class Taken:
    """Values that are new or changed, those that were there as they are, and what is wrong with others by place."""

    accepted: int
    duplicates: int
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)


def take_in(figures: Sequence[KpiFigure]) -> Taken:
    """Store values of the active tenant; of two for the same week or month the later in the list stands."""
    rejected = {place: errors for place, figure in enumerate(figures) if (errors := check(figure))}
    good = [(place, figure) for place, figure in enumerate(figures) if place not in rejected]
    series = {one.slug: one for one in KpiSeries.objects.filter(slug__in={slug_of(f.kpi) for _, f in good})}
    rows: dict[tuple[int, date], float] = {}
    for place, figure in good:
        slug = slug_of(figure.kpi)
        found = series.get(slug)
        if found is None:
            found = series[slug] = KpiSeries.objects.get_or_create(
                slug=slug,
                defaults={
                    "name": figure.kpi.strip(),
                    "unit": figure.unit or "",
                    "grain": figure.grain or KpiSeries.Grain.MONTH,
                    "source": figure.source or "",
                },
            )[0]
        if figure.grain and figure.grain != found.grain:
            rejected[place] = {"grain": f"This series is by {found.grain}. Send its values so."}
            continue
        rows[found.pk, first_day(figure.day, found.grain)] = figure.value
    known = {
        (series_id, start): value
        for series_id, start, value in KpiValue.objects.filter(
            series_id__in={pk for pk, _ in rows}, start__in={start for _, start in rows}
        ).values_list("series_id", "start", "value")
    }
    changed = {key: value for key, value in rows.items() if known.get(key) != value}
    now = timezone.now()
    KpiValue.objects.bulk_create(
        [
            KpiValue(series_id=pk, start=start, value=value, told_at=now)
            for (pk, start), value in sorted(changed.items())
        ],
        update_conflicts=True,
        unique_fields=["tenant", "series", "start"],
        update_fields=["value", "told_at"],
    )
    return Taken(len(changed), len(figures) - len(rejected) - len(changed), rejected)


def check(figure: KpiFigure) -> dict[str, str]:
    """What is wrong with a value beyond its shape, by field."""
    errors = {}
    if not slug_of(figure.kpi):
        errors["kpi"] = "Send the KPI's name, with letters or numbers in it."
    if not math.isfinite(figure.value):
        errors["value"] = "Send a finite number."
    if figure.day < EARLIEST or figure.day > timezone.now().date() + timedelta(days=366):
        errors["day"] = "Send a day from the year 2000 to a year ahead, as in 2026-11-01."
    return errors


def slug_of(name: str) -> str:
    return slugify(name)[:100]


def first_day(day: date, grain: str) -> date:
    """The Monday of a day's week, or the first of its month."""
    return day.replace(day=1) if grain == "month" else day - timedelta(days=day.weekday())
