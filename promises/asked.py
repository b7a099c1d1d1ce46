"""What is asked of a promise's compliance over REST: parsed from the address, or refused by parameter."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cxplatform.api.problems import Problem
from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Dimension, Touchpoint, Unit
from promises.counted import CHANNEL, JOURNEY, MONTH, Query
from promises.judging.counting import TOUCHPOINT, UNIT

DEFAULT_DAYS = 90
LONGEST_DAYS = 3660
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
_OWN = ("by", "from", "to", CHANNEL, UNIT, TOUCHPOINT)


@dataclass(frozen=True)
class Asked:
    """The query and its division; `channel` and `filter` as they were sent, for the answer."""

    query: Query
    by: str
    channel: str
    filter: dict[str, str]


def read(given: Any, *, tenant: Tenant, now: datetime | None = None) -> Asked:
    """Parse ?by=&from=&to=&channel=&unit=&touchpoint=&<dimension>=. Raises Problem with what to do, by parameter."""
    today = (now or timezone.now()).astimezone(tenant.zone).date()
    dimensions = set(Dimension.objects.in_use().values_list("slug", flat=True)) - {*_OWN, MONTH, JOURNEY}
    errors: dict[str, str] = {}
    for name in given:
        if name not in dimensions and name not in _OWN:
            errors[name] = f"Unknown parameter. Known here: {', '.join([*_OWN, *sorted(dimensions)])}."
        elif len(given.getlist(name)) > 1:
            errors[name] = "Send it once."
    start, end = _days(given, today, errors)
    slices = {name: given[name] for name in (*sorted(dimensions), UNIT, TOUCHPOINT) if given.get(name)}
    by = given.get("by", "")
    if by and by not in {*dimensions, CHANNEL, MONTH, UNIT, TOUCHPOINT, JOURNEY}:
        errors["by"] = (
            f"Divide by one of {', '.join([CHANNEL, MONTH, UNIT, TOUCHPOINT, JOURNEY, *sorted(dimensions)])}."
        )
    if len(slices) > 1:
        errors[list(slices)[-1]] = "Filter by one dimension, unit or touchpoint at a time: outcomes are counted by one."
    elif slices and by in {*dimensions, UNIT, TOUCHPOINT, JOURNEY}:
        errors["by"] = f"A dimension's value is divided by {CHANNEL} or {MONTH} only: outcomes are counted by one."
    channel_id = _id_of(Channel, given, CHANNEL, errors)
    ids = {UNIT: _id_of(Unit, given, UNIT, errors), TOUCHPOINT: _id_of(Touchpoint, given, TOUCHPOINT, errors)}
    if errors:
        raise Problem(
            "Some fields are wrong: see errors.",
            errors=[{"field": name, "message": text} for name, text in errors.items()],
        )
    dimension, value = next(iter(slices.items()), ("", ""))
    return Asked(
        query=Query(start, end, channel_id, dimension, str(ids.get(dimension, value))),
        by=by,
        channel=given.get(CHANNEL, ""),
        filter=slices,
    )


def _days(given: Any, today: date, errors: dict[str, str]) -> tuple[date, date]:
    last = _day(given, "to", errors) or today
    first = _day(given, "from", errors) or max(EARLIEST, last - timedelta(days=DEFAULT_DAYS - 1))
    if not errors and first > last:
        errors["from"] = "The first day comes after the last one. Swap from and to."
    elif not errors and (last - first).days > LONGEST_DAYS:
        errors["from"] = "Ask for ten years at most."
    return first, last + timedelta(days=1)


def _day(given: Any, name: str, errors: dict[str, str]) -> date | None:
    text = given.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        errors[name] = "Write a day from the year 2000 on, like 2026-03-31."
        return None
    return day


def _id_of(model: Any, given: Any, name: str, errors: dict[str, str]) -> int | None:
    slug = given.get(name)
    if not slug:
        return None
    found = model.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        errors[name] = f"No {name} has this identifier. GET /api/v1/{name}s lists them."
    return found
