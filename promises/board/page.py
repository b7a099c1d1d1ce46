"""The first tab of a promise's page: how it is kept, by any division, and how earlier versions were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from journeys.models import Channel, Journey, Touchpoint, Unit
from promises import compliance
from promises.board import asked
from promises.board.asked import Asked
from promises.board.choices import load_choices, own_dimensions
from promises.board.load import Course, load_courses
from promises.board.scores import Gap, gaps, surprised
from promises.compliance import Group, Kept, PromiseKept
from promises.counted import CHANNEL, JOURNEY, MONTH, month_of
from promises.judging.counting import TOUCHPOINT, UNIT
from promises.models import Promise


@dataclass(frozen=True)
class Part:
    """A group of a division by its name; `address` opens the page narrowed to it, "" where there is no such page."""

    name: str
    group: Group
    address: str


@dataclass(frozen=True)
class Division:
    """`divisions` are those offered: (what to divide by, its name)."""

    by: str
    name: str
    parts: tuple[Part, ...]
    divisions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class KeptPage:
    """`gap` is what a break does to scores, `surprised` how many a gesture did more for: told of everybody only.
    `month` is the address of this month's instances."""

    kept: PromiseKept | None
    course: Course | None
    division: Division | None
    gap: Gap | None = None
    surprised: int | None = None
    month: str = ""


def load_kept(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    """The figures of the address's period and slice. Raises BadAddress."""
    what = asked.read(request)
    tenant = request.tenant  # type: ignore[attr-defined]
    board = compliance.board(query=what.query, tenant=tenant, promise_ids=[promise.pk])
    kept = next(iter(board.promises), None)
    page = KeptPage(None, None, None)
    if kept:
        courses = load_courses([kept], query=what.query, tenant=tenant, now=timezone.now())
        rule, whole = kept.main.rule, not what.query.sliced
        page = KeptPage(
            kept,
            courses[rule.pk],
            _division(what, kept.main, tenant),
            gap=gaps([rule], tenant=tenant).get(rule.pk) if whole else None,
            surprised=surprised(rule, tenant=tenant) if whole else None,
            month=_this_month(timezone.localdate(timezone=tenant.zone)),
        )
    return {"page": page, "asked": what, "choices": load_choices(what)}


def _this_month(today: date) -> str:
    first, after = month_of(today)
    return f"?period={asked.OWN_DATES}&from={first.isoformat()}&to={(after - timedelta(days=1)).isoformat()}"


def _division(what: Asked, main: Kept, tenant: Any) -> Division:
    offered = _offered(what)
    by = what.by or MONTH
    found: Sequence[Group] = ()
    if main.result is not None:  # the parts of a slice that is hidden would add up to it
        found = compliance.groups(query=what.query, tenant=tenant, rules=[main.rule], by=by)[main.rule.pk]
    names = _names(by)
    return Division(
        by=by,
        name=dict(offered).get(by, by),
        parts=tuple(
            Part(_name(by, group, names), group, _narrowed(what, by, group, names)) for group in _sorted(found, by)
        ),
        divisions=offered,
    )


def _offered(what: Asked) -> tuple[tuple[str, str], ...]:
    """What this slice can be divided by: outcomes are counted by one dimension at a time."""
    always = ((MONTH, _("month")), (CHANNEL, _("channel")))
    if what.query.dimension:
        return always
    named = own_dimensions()
    return (*always, (UNIT, _("unit")), (TOUCHPOINT, _("touchpoint")), (JOURNEY, _("journey")), *named)


def _sorted(found: Sequence[Group], by: str) -> list[Group]:
    """Months as they went, everything else worst first; what is hidden comes last."""
    if by == MONTH:
        return list(found)
    return sorted(found, key=lambda g: (g.result is None, 0 if not g.result else g.result.rate or 0, g.value))


def _names(by: str) -> dict[str, tuple[str, str]]:
    """By what the counts call a group: its identifier in addresses, and its name."""
    model: Any = {CHANNEL: Channel, UNIT: Unit, TOUCHPOINT: Touchpoint, JOURNEY: Journey}.get(by)
    if model is None:
        return {}
    rows = {str(pk): (slug, name) for pk, slug, name in model.objects.values_list("pk", "slug", "name")}
    return rows | {"0": ("", _("not known"))}


def _name(by: str, group: Group, names: dict[str, tuple[str, str]]) -> str:
    if by == MONTH:
        year, _dash, month = group.value.partition("-")
        return f"{int(month)}/{year}"
    return names.get(group.value, (group.value, group.value))[1]


def _narrowed(what: Asked, by: str, group: Group, names: dict[str, tuple[str, str]]) -> str:
    slug = names.get(group.value, (group.value, ""))[0]
    if by in (MONTH, JOURNEY) or not slug or group.result is None:
        return ""
    return what.address(by="", **{by: slug})
