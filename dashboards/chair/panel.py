"""The customer's chair on the leadership page: one customer's way through, and what they said of it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.chair.cases import Case, cases
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Column, Sheet


def load(scene: Scene) -> Case | None:
    """The newest case of the week; of the query's journey where it names one. One query."""
    if scene.query.own_units:
        return None
    case = next(iter(cases(until=scene.today, structure=scene.structure)), None)
    journey = scene.structure.journey(scene.query.journey)
    return case if case and (journey is None or case.journey_id == journey.id) else None


def sheets(case: Case, scene: Scene) -> Sequence[Sheet]:
    """The case's steps; what was said goes along as notes."""
    return (
        Sheet(
            key="chair",
            title=_("The customer's chair"),
            columns=(
                Column("step", _("Step")),
                Column("channel", _("Channel")),
                Column("minutes", _("Minutes from the start"), kind="count"),
                Column("score", _("Score")),
            ),
            rows=[(step.name, step.channel, round(step.minutes), step.score) for step in case.steps],
            notes=(
                _("One real customer, told with their consent and without their name."),
                *(f"“{words.text}”" for words in case.words),
            ),
        ),
    )


PANEL = Panel("chair", "dashboards/leadership/_chair.html", load, sheets, question=gettext_lazy("The customer's chair"))
