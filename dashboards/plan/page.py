"""The plan as it is shown: nine areas, twelve months, what is late, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cxplatform.tenancy.models import Membership, User
from dashboards.models import Plan, PlanArea, PlanStep
from dashboards.plan.months import apart, later, months_of


@dataclass(frozen=True)
class Bar:
    """A step from the plan's month `place` (1-12) over `span` months. `gone`: its owner is no member any more."""

    step: PlanStep
    place: int
    span: int
    late: bool
    gone: bool

    @property
    def at_end(self) -> bool:
        """Whether there is more room for its words to the left of its end than to the right of its beginning."""
        return self.place > 7


@dataclass(frozen=True)
class Row:
    area: PlanArea
    bars: tuple[Bar, ...]
    gone: bool


@dataclass(frozen=True)
class Progress:
    """Steps of a plan by how they stand. `due` of them should be done by now, `due_done` of those are; what was
    dropped is counted in `dropped` alone. `next` are the open ones that end soonest, the late ones first."""

    total: int
    done: int
    doing: int
    late: int
    dropped: int
    due: int
    due_done: int
    next: tuple[Bar, ...]


@dataclass(frozen=True)
class PlanPage:
    """`now` is the present month's place in the plan (1-12), None outside it."""

    plan: Plan
    months: tuple[date, ...]
    now: int | None
    rows: tuple[Row, ...]
    progress: Progress
    others: tuple[Plan, ...]


NEXT = 3


def load_plan(*, today: date, tenant_id: int, start: date | None = None) -> PlanPage | None:
    """The plan that is on, else the newest that has begun, else the first to come; of `start` where it is asked for.

    None where there is none. Four queries.
    """
    plans = list(Plan.objects.all())
    plan = _chosen(plans, today, start)
    if plan is None:
        return None
    areas = list(plan.areas.select_related("owner").prefetch_related("steps__owner"))
    members = set(Membership.objects.filter(tenant_id=tenant_id).values_list("user_id", flat=True))
    order = PlanArea.Area.values
    rows = tuple(
        Row(area, tuple(_bar(step, plan, today, members) for step in area.steps.all()), _gone(area.owner, members))
        for area in sorted(areas, key=lambda area: order.index(area.area))
    )
    months = months_of(plan.start)
    place = apart(plan.start, today)
    return PlanPage(
        plan=plan,
        months=months,
        now=place + 1 if 0 <= place < len(months) else None,
        rows=rows,
        progress=_progress([bar for row in rows for bar in row.bars], today),
        others=tuple(other for other in plans if other != plan),
    )


def _chosen(plans: Sequence[Plan], today: date, start: date | None) -> Plan | None:
    if start:
        return next((plan for plan in plans if plan.start == start), None)
    begun = [plan for plan in plans if plan.start <= today]
    return max(begun, key=lambda plan: plan.start) if begun else min(plans, key=lambda plan: plan.start, default=None)


def _bar(step: PlanStep, plan: Plan, today: date, members: set[int]) -> Bar:
    place = apart(plan.start, step.first) + 1
    late = step.state in (PlanStep.State.PLANNED, PlanStep.State.DOING) and later(step.last, 1) <= today
    return Bar(step, place, apart(step.first, step.last) + 1, late, _gone(step.owner, members))


def _gone(owner: User | None, members: set[int]) -> bool:
    return owner is not None and owner.pk not in members


def _progress(bars: Sequence[Bar], today: date) -> Progress:
    def of(state: str) -> list[Bar]:
        return [bar for bar in bars if bar.step.state == state]

    done, doing, dropped = of(PlanStep.State.DONE), of(PlanStep.State.DOING), of(PlanStep.State.DROPPED)
    due = [bar for bar in bars if bar not in dropped and later(bar.step.last, 1) <= today]
    waiting = sorted((bar for bar in bars if bar not in done + dropped), key=lambda bar: (bar.step.last, bar.step.pk))
    return Progress(
        total=len(bars) - len(dropped),
        done=len(done),
        doing=len(doing),
        late=sum(bar.late for bar in bars),
        dropped=len(dropped),
        due=len(due),
        due_done=sum(bar in done for bar in due),
        next=tuple(waiting[:NEXT]),
    )
