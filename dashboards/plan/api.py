"""GET /api/v1/plan and /api/v1/assessment: the twelve-month plan, and what closed rounds of the assessment say."""

from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.stats.sums import Mean
from cxplatform.tenancy.models import Scope
from dashboards.models import Round
from dashboards.plan.page import load_plan
from dashboards.plan.round_page import load_rounds
from dashboards.plan.rounds import today_in

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_MEAN: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "On 1-5 with the 95 % interval; null of too few.",
    "properties": {name: {"type": ["number", "null"]} for name in ("value", "low", "high")} | {"n": _COUNT},
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_STEP = {"what": _TEXT, "owner": _TEXT, "from": _DAY, "to": _DAY, "state": _TEXT, "late": {"type": "boolean"}}
_AREA = {"area": _TEXT, "name": _TEXT, "present": _TEXT, "goal": _TEXT, "owner": _TEXT, "steps": _list(_STEP)}
_PROGRESS = dict.fromkeys(("total", "done", "doing", "late", "dropped", "due", "due_done"), _COUNT)
_PLAN: dict[Any, Any] = {
    (200, "application/json"): _object({"start": _DAY, "progress": _object(_PROGRESS), "areas": _list(_AREA)})
}
_THEME = {"theme": _TEXT, "name": _TEXT, "own": _MEAN, "outside": _MEAN, "change": _TEXT}
_ASSESSMENT: dict[Any, Any] = {
    (200, "application/json"): _object({"round": _TEXT, "closed": _DAY, "n": _COUNT, "themes": _list(_THEME)})
}


class PlanView(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_plan", summary="Read the twelve-month plan", responses=_PLAN)
    def get(self, request: Any) -> Response:
        """The plan that is on: nine areas with their steps, and how far it has come. No plan: `start` is null."""
        page = load_plan(today=today_in(self.tenant), tenant_id=self.tenant.pk)
        with translation.override(self.tenant.language):
            return Response(
                {
                    "start": page.plan.start.isoformat() if page else None,
                    "progress": {name: getattr(page.progress, name) if page else 0 for name in _PROGRESS},
                    "areas": [
                        {
                            "area": row.area.area,
                            "name": row.area.get_area_display(),
                            "present": row.area.present,
                            "goal": row.area.goal,
                            "owner": str(row.area.owner) if row.area.owner else None,
                            "steps": [
                                {
                                    "what": bar.step.what,
                                    "owner": str(bar.step.owner) if bar.step.owner else None,
                                    "from": bar.step.first.isoformat(),
                                    "to": bar.step.last.isoformat(),
                                    "state": bar.step.state,
                                    "late": bar.late,
                                }
                                for bar in row.bars
                            ],
                        }
                        for row in (page.rows if page else ())
                    ],
                }
            )


class AssessmentView(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_assessment", summary="Read the 360 assessment", responses=_ASSESSMENT)
    def get(self, request: Any) -> Response:
        """The newest closed round: eight areas and six abilities. `change` is against the round before: better, worse,
        no_clear_change or not_enough. Nothing is told of fewer than five people."""
        page = load_rounds(kind=Round.Kind.ASSESSMENT, tenant=self.tenant, today=today_in(self.tenant))
        found = page.assessment
        with translation.override(self.tenant.language):
            return Response(
                {
                    "round": page.newest.name if page.newest else None,
                    "closed": page.closed.isoformat() if page.closed else None,
                    "n": page.n if found else 0,
                    "themes": [
                        {
                            "theme": each.theme.key,
                            "name": str(each.theme.name),
                            "own": _mean(each.own),
                            "outside": _mean(each.outside),
                            "change": each.course,
                        }
                        for each in ((*found.areas, *found.abilities) if found else ())
                    ],
                }
            )


def _mean(of: Mean | None) -> dict[str, Any] | None:
    return {"value": of.value, "low": of.low, "high": of.high, "n": of.n} if of else None
