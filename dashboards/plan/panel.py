"""How the plan goes, on the leadership page and so on a meeting's agenda."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from dashboards.leadership.panel import Panel, Scene
from dashboards.plan.page import PlanPage, load_plan
from dashboards.plan.sheets import plan_sheets
from dashboards.sheets import Sheet


def load(scene: Scene) -> PlanPage | None:
    """The plan that is on, to a reader of the whole company; four queries, one where there is no plan."""
    if scene.query.own_units:
        return None
    return load_plan(today=scene.today, tenant_id=scene.tenant.pk)


def sheets(value: PlanPage, scene: Scene) -> Sequence[Sheet]:
    return [plan_sheets(value)[1]]


PANEL = Panel("plan", "dashboards/plan/_panel.html", load, sheets, where="under", question=gettext_lazy("Plan"))
