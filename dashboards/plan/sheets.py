"""The plan as tables for files: a row an area with its months across, then a row a step."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.plan.page import PlanPage
from dashboards.sheets import Column, Sheet, Value


def plan_sheets(page: PlanPage) -> list[Sheet]:
    return [_areas(page), _steps(page)]


def month_name(month: date) -> str:
    """12/2026."""
    return date_format(month, "n/Y")


def _areas(page: PlanPage) -> Sheet:
    columns = (
        Column("area", _("Area")),
        Column("present", _("Present state")),
        Column("goal", _("Goal")),
        Column("owner", _("Owner")),
        *(Column(f"m{number}", month_name(month)) for number, month in enumerate(page.months)),
    )
    rows: list[tuple[Value, ...]] = []
    for row in page.rows:
        months: list[Value] = [
            "\n".join(bar.step.what for bar in row.bars if bar.place <= number < bar.place + bar.span) or None
            for number in range(1, len(page.months) + 1)
        ]
        area = row.area
        rows.append((area.get_area_display(), area.present, area.goal, str(area.owner or ""), *months))
    return Sheet("plan", _("Plan"), columns, rows)


def _steps(page: PlanPage) -> Sheet:
    columns = (
        Column("area", _("Area")),
        Column("what", _("What is done")),
        Column("owner", _("Owner")),
        Column("first", _("Begins"), "month"),
        Column("last", _("Ends"), "month"),
        Column("state", _("State")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            row.area.get_area_display(),
            bar.step.what,
            str(bar.step.owner or ""),
            bar.step.first,
            bar.step.last,
            f"{bar.step.get_state_display()}, {_('late')}" if bar.late else str(bar.step.get_state_display()),
        )
        for row in page.rows
        for bar in row.bars
    ]
    return Sheet("plan-steps", _("What is done"), columns, rows)
