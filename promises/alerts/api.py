"""GET /api/v1/alerts: promises whose error budget burns, and those that are calm again."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from promises.models import Alert

MOST = 200
_MOMENT = {"type": "string", "format": "date-time"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_WINDOW = {
    "type": "object",
    "required": ["days", "n", "broken", "burn", "threshold", "low"],
    "properties": {
        "days": {"type": "integer", "enum": [1, 7, 28]},
        "n": {"type": "integer", "minimum": 0},
        "broken": {"type": "integer", "minimum": 0},
        "burn": {"type": ["number", "null"], "description": "Broken share over 1 - target."},
        "threshold": {**_SHARE, "description": "The broken share from which the window is hot."},
        "low": {**_SHARE, "description": "Lower end of the broken share's 95 % interval."},
    },
}
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["alerts"],
        "properties": {
            "alerts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "promise", "rule", "target", "opened_at", "resolved_at", "windows"],
                    "properties": {
                        "id": {"type": "integer"},
                        "promise": {"type": "string", "description": "Its identifier."},
                        "rule": {"type": "integer"},
                        "target": {"type": "number", "description": "Per cent."},
                        "opened_at": _MOMENT,
                        "resolved_at": {**_MOMENT, "type": ["string", "null"]},
                        "windows": {"type": "array", "items": _WINDOW},
                    },
                },
            }
        },
    }
}


class Alerts(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="alerts",
        summary="Promises that are breaking",
        parameters=[
            OpenApiParameter(
                "state", str, enum=["open", "resolved"], description="Only those that stand, or that ended."
            )
        ],
        responses=_ANSWER,
    )
    def get(self, request: Any) -> Response:
        """The last 200 incidents, the newest first. One is opened when a short and a long window both say, beyond
        chance, that more breaks than the target allows, and resolved when the short one is calm.
        """
        state = request.query_params.get("state")
        if state not in (None, "open", "resolved"):
            raise wrong_fields({"state": "Use open or resolved, or leave it out."})
        found = Alert.objects.select_related("rule__promise")
        if state:
            found = found.filter(resolved_at__isnull=state == "open")
        return Response({"alerts": [_alert(each) for each in found[:MOST]]})


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "promise": alert.rule.promise.slug,
        "rule": alert.rule_id,
        "target": float(alert.rule.target),
        "opened_at": alert.opened_at,
        "resolved_at": alert.resolved_at,
        "windows": alert.windows,
    }
