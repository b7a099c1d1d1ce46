"""GET /api/v1/follow-up-figures: how follow-ups go, counts alone."""

from typing import Any, ClassVar

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.models import Touchpoint, Unit
from surveys.followups import stands
from surveys.followups.figures import told
from surveys.followups.stands import Asked

_BY = {"unit": "unit_id", "touchpoint": "touchpoint_id", "cause": "cause"}
_NUMBER = {"type": ["number", "null"]}
_COUNT = {"type": ["integer", "null"]}
_SHARE = {
    "type": ["object", "null"],
    "properties": {"value": _NUMBER, "low": _NUMBER, "high": _NUMBER, "n": {"type": "integer"}},
}
_PACE = {
    "type": ["object", "null"],
    "description": "From the signal on, in minutes: the median and its 95 % interval; the share done in time.",
    "properties": {
        "n": {"type": "integer"},
        "median_minutes": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
        "in_time": _SHARE,
    },
}
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["days", "by", "as_of", "groups"],
        "properties": {
            "days": {"type": "integer"},
            "by": {"type": ["string", "null"]},
            "as_of": {
                "type": "string",
                "format": "date-time",
                "description": "When it was counted: of thousands of follow-ups it may be a while ago.",
            },
            "groups": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["group", "hidden"],
                    "properties": {
                        "group": {
                            "type": ["string", "null"],
                            "description": "An identifier or a cause; null: not known.",
                        },
                        "hidden": {"type": "boolean", "description": "Too small to be shown: the figures are null."},
                        "opened": _COUNT,
                        "live": _COUNT,
                        "overdue": _COUNT,
                        "contact": _PACE,
                        "fix": _PACE,
                        "confirmed": _SHARE,
                        "repeat_contacts": _COUNT,
                        "without_hand_over": {**_SHARE, "description": "Of those solved: by whoever had it first."},
                    },
                },
            },
        },
    }
}


class FollowUpFigures(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"days", "by"})

    @extend_schema(
        operation_id="follow_up_figures",
        summary="How follow-ups go",
        parameters=[
            OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": 366, "default": 90}),
            OpenApiParameter("by", str, enum=list(_BY), description="Default: one group of all."),
        ],
        responses=_ANSWER,
    )
    def get(self, request: Any) -> Response:
        """Of follow-ups opened in the last `days`: time from the signal to contact and to fix, how much of it in time,
        what customers say of it. Groups too small to be shown are named without their figures.
        """
        days, by = request.query_params.get("days", "90"), request.query_params.get("by")
        errors = {}
        if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= 366):
            errors["days"] = "Send a whole number from 1 to 366."
        if by is not None and by not in _BY:
            errors["by"] = f"Use {', '.join(_BY)}, or leave it out."
        if errors:
            raise wrong_fields(errors)
        asked = Asked("groups", int(days), self.tenant.anonymity_minimum, by=_BY.get(by or "", ""))
        found, as_of = stands.read(asked, now=timezone.now())
        model = {"unit": Unit, "touchpoint": Touchpoint}.get(by or "")
        names = dict(model.objects.values_list("pk", "slug")) if model else {}
        groups = [
            {"group": names.get(each.group) if model else each.group, "hidden": each.hidden, **told(each)}
            for each in found
        ]
        return Response({"days": int(days), "by": by, "as_of": as_of, "groups": groups})


urlpatterns = [path("follow-up-figures", FollowUpFigures.as_view())]
