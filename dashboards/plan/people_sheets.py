"""The register, the owners and training as tables for files."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.plan.rewards import Owned, Register
from dashboards.plan.trained import TrainingPage
from dashboards.sheets import Column, Sheet, Value


def register_sheet(page: Register) -> Sheet:
    columns = (
        Column("figure", _("Figure")),
        Column("whose", _("Whose figure it is")),
        Column("reward", _("Reward")),
        Column("tied", _("Tied to")),
        Column("owner", _("Owner")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            line.figure.name,
            line.figure.rewarded,
            line.figure.reward,
            line.tied or _("not tied to customers"),
            str(line.figure.owner or ""),
        )
        for line in page.lines
    ]
    return Sheet("rewards", _("KPIs and rewards"), columns, rows)


def owner_sheet(owned: Sequence[Owned]) -> Sheet:
    columns = (Column("metric", _("Metric")), Column("owner", _("Owner")))
    rows: list[tuple[Value, ...]] = [
        (each.name, _("has left") if each.gone else str(each.owner or _("no owner"))) for each in owned
    ]
    return Sheet("owners", _("Owners of metrics"), columns, rows)


def training_sheet(page: TrainingPage) -> Sheet:
    columns = (
        Column("course", _("Training course")),
        Column("done", _("Done"), "count"),
        Column("concerned", _("To be done by"), "count"),
        Column("share", _("Share"), "percent"),
        *(Column(f"unit{unit.pk}", unit.name, "percent") for unit in page.units),
    )
    rows: list[tuple[Value, ...]] = [
        (line.name, line.all.done, line.all.concerned, line.all.share, *(tally.share for tally in line.units))
        for line in (*page.courses, *page.instructions)
    ]
    return Sheet("training", _("Training"), columns, rows)
