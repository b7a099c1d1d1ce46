"""Writing the plan: beginning one, and saying of an area where it stands, where it is to be and what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.models import Plan, PlanArea, PlanStep
from dashboards.plan import panel
from dashboards.plan.months import MONTHS, later

OPEN = (PlanStep.State.PLANNED, PlanStep.State.DOING)


@dataclass(frozen=True)
class Step:
    """A step as somebody wrote it; `pk` None for a new one."""

    pk: int | None
    what: str
    first: date
    last: date
    state: str
    owner: User | None


def begin(*, start: date, by: User | None) -> Plan:
    """A plan of twelve months with its nine areas.

    What the plan before says of present states, goals and owners is taken along, and so is what is unfinished in it,
    moved to the first month where it was to be done before. Raises ValueError where a plan begins in that month.
    """
    before = Plan.objects.first()
    try:
        with transaction.atomic():  # two may begin it at once: the database lets one of them
            plan = Plan.objects.create(start=start.replace(day=1), made_by=by)
    except IntegrityError as error:
        if "plan_once_a_month" not in str(error):
            raise
        raise ValueError(_("A plan begins in that month already.")) from None
    known = {each.area: each for each in before.areas.prefetch_related("steps")} if before else {}
    areas = PlanArea.objects.bulk_create(
        PlanArea(
            plan=plan,
            area=area,
            present=known[area].present if area in known else "",
            goal=known[area].goal if area in known else "",
            owner_id=known[area].owner_id if area in known else None,
        )
        for area in PlanArea.Area.values
    )
    end = later(plan.start, MONTHS - 1)
    PlanStep.objects.bulk_create(
        PlanStep(
            area=area,
            what=step.what,
            first=min(max(step.first, plan.start), end),
            last=min(max(step.last, plan.start), end),
            state=step.state,
            owner_id=step.owner_id,
        )
        for area in areas
        if area.area in known
        for step in known[area.area].steps.all()
        if step.state in OPEN
    )
    audit.record("added", plan)
    panel.changed()
    return plan


def write_area(*, area: PlanArea, present: str, goal: str, owner: User | None, steps: Sequence[Step]) -> None:
    """An area as it is to stand. A step that is not among `steps` stays as it was; one without words is removed."""
    panel.changed()
    before = audit.stored(area)
    area.present, area.goal, area.owner = present, goal, owner
    area.save()
    audit.record("changed", area, before=before)
    kept = {row.pk: row for row in area.steps.all()}
    for step in steps:
        row = kept.get(step.pk) if step.pk else None
        if not step.what:
            if row:
                audit.record("removed", row)
                row.delete()
            continue
        was = audit.state(row) if row else None
        row = row or PlanStep(area=area)
        row.what, row.first, row.last, row.state, row.owner = step.what, step.first, step.last, step.state, step.owner
        row.save()
        audit.record("changed" if was else "added", row, before=was)
