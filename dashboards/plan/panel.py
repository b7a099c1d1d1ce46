"""How the plan goes, on the leadership page and so on a meeting's agenda."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy

from cxplatform.tenancy.context import active_tenant_id
from dashboards.leadership.panel import Panel, Scene
from dashboards.models import PlanArea
from dashboards.plan.page import Bar, Progress, load_plan
from dashboards.plan.sheets import plan_sheets
from dashboards.sheets import Sheet

_KEPT_SECONDS = 900
"""A plan changes a few times a month and is then read anew at once; who has left is seen a little later."""


@dataclass(frozen=True)
class Next:
    """An open step. `owner` is a name, "" for nobody's."""

    what: str
    area: str
    owner: str
    gone: bool
    late: bool
    last: date

    @property
    def area_name(self) -> str:
        """In the language that is on."""
        return str(PlanArea.Area(self.area).label)


@dataclass(frozen=True)
class Going:
    """How the plan that is on goes on a day, without anybody's account in it; `progress` None: there is no plan."""

    day: date
    progress: Progress | None = None
    next: tuple[Next, ...] = ()


def load(scene: Scene) -> Going | None:
    """The plan that is on, to a reader of the whole company; mostly from the cache, else in four queries."""
    if scene.query.own_units:
        return None
    kept: Going | None = cache.get(_key(scene.tenant.pk))
    if kept is None or kept.day != scene.today:
        kept = _read(scene)
        cache.set(_key(scene.tenant.pk), kept, _KEPT_SECONDS)
    return kept if kept.progress else None


def changed() -> None:
    """The active tenant's plan is written: it is read anew once that is committed."""
    key = _key(active_tenant_id())
    transaction.on_commit(lambda: cache.delete(key), robust=True)


def sheets(value: Going, scene: Scene) -> Sequence[Sheet]:
    page = load_plan(today=scene.today, tenant_id=scene.tenant.pk)
    return [plan_sheets(page)[1]] if page else []


def _read(scene: Scene) -> Going:
    page = load_plan(today=scene.today, tenant_id=scene.tenant.pk)
    if page is None:
        return Going(scene.today)
    return Going(scene.today, replace(page.progress, next=()), tuple(_next(bar) for bar in page.progress.next))


def _next(bar: Bar) -> Next:
    step = bar.step
    return Next(step.what, step.area.area, str(step.owner or ""), bar.gone, bar.late, step.last)


def _key(tenant_id: int) -> str:
    return f"plan-panel:{tenant_id}"


PANEL = Panel("plan", "dashboards/plan/_panel.html", load, sheets, where="under", question=gettext_lazy("Plan"))
