"""The board: every promise with how it is kept, its course, and what a break does to what customers say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cxplatform.stats.sparkline import Sparkline, sparkline
from cxplatform.tenancy.models import Tenant
from promises import compliance
from promises.board.scores import Gap, gaps
from promises.compliance import Board, PromiseKept
from promises.counted import MONTH, Query, month_of
from promises.models import Promise

MONTHS = 12
# Noise of a well kept promise should not look like a fall: the line's height is ten points at least.
_LEAST_RANGE = 0.10


@dataclass(frozen=True)
class Course:
    """A rule's rate by month, oldest first: (first day, 0..1 or None where nothing is to be shown)."""

    months: tuple[tuple[date, float | None], ...]
    spark: Sparkline


@dataclass(frozen=True)
class Row:
    kept: PromiseKept
    course: Course
    gap: Gap | None

    @property
    def promise(self) -> Promise:
        return self.kept.promise


@dataclass(frozen=True)
class BoardPage:
    """`others` are promises that are not judged: in the making, or retired."""

    board: Board
    rows: tuple[Row, ...]
    others: tuple[Promise, ...]


def load_board(*, query: Query, tenant: Tenant, now: datetime | None = None) -> BoardPage:
    """All promises, those that are judged worst first; six queries however many there are.

    What a break does to scores is told of everybody only.
    """
    now = now or timezone.now()
    board = compliance.board(query=query, tenant=tenant, now=now)
    courses = load_courses(board.promises, query=query, tenant=tenant, now=now)
    found = {} if query.sliced else gaps([each.main.rule for each in board.promises], tenant=tenant)
    shown = {each.promise.pk for each in board.promises}
    return BoardPage(
        board=board,
        rows=tuple(Row(each, courses[each.main.rule.pk], found.get(each.main.rule.pk)) for each in board.promises),
        others=tuple(promise for promise in _unarchived() if promise.pk not in shown),
    )


def load_courses(promises: Sequence[PromiseKept], *, query: Query, tenant: Tenant, now: datetime) -> dict[int, Course]:
    """By rule, the last twelve months of the query's slice; none where the slice itself is hidden."""
    months = _months(now.astimezone(tenant.zone).date())
    rules = [each.main.rule for each in promises if each.main.result is not None]
    year = replace(query, start=months[0], end=month_of(months[-1])[1])
    found = compliance.groups(query=year, tenant=tenant, rules=rules, by=MONTH)
    return {
        each.main.rule.pk: _course(
            {group.value: group.result.rate for group in found.get(each.main.rule.pk, ()) if group.result},
            months,
            target=float(each.main.rule.target / 100),
        )
        for each in promises
    }


def _course(rates: Mapping[str, float | None], months: Sequence[date], *, target: float) -> Course:
    values = [rates.get(f"{month:%Y-%m}") for month in months]
    return Course(tuple(zip(months, values, strict=True)), sparkline(values, target=target, least_range=_LEAST_RANGE))


def _months(today: date) -> list[date]:
    months = [month_of(today)[0]]
    while len(months) < MONTHS:
        months.append(month_of(months[-1] - timedelta(days=1))[0])
    return months[::-1]


def _unarchived() -> QuerySet[Promise]:
    return Promise.objects.in_use().order_by("lifecycle", "name", "pk")
