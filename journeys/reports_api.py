"""GET /api/v1/design-report: what the design lacks and what languages are served when, for other systems."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.hours import WEEKDAYS
from journeys.reports import languages_served, orphans

_SLUGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_WEEK: dict[str, Any] = {
    "type": "object",
    "description": "By weekday: 08:00–16:00, empty = never.",
    "required": list(WEEKDAYS),
    "properties": {day: {"type": "string"} for day in WEEKDAYS},
}
_PARTS: dict[str, Any] = {
    "processes_without_touchpoint": _SLUGS,
    "touchpoints_in_no_journey": _SLUGS,
    "reviews_late": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["process", "review_on"],
            "properties": {"process": {"type": "string"}, "review_on": {"type": "string", "format": "date"}},
        },
    },
    "journeys_without_after_purchase": _SLUGS,
    "journeys_without_owner_or_sponsor": _SLUGS,
    "languages": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["language", "channels", "served", "by_channel"],
            "properties": {
                "language": {"type": "string"},
                "channels": {"type": "array", "items": {"type": "string"}, "description": "Their names."},
                "served": _WEEK | {"description": "By weekday, when at least one channel serves it; empty = never."},
                "by_channel": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["channel", "served"],
                        "properties": {"channel": {"type": "string"}, "served": _WEEK},
                    },
                },
            },
        },
    },
    "channels_without_hours_or_languages": _SLUGS,
}
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {"type": "object", "required": list(_PARTS), "properties": _PARTS}
}


class DesignReport(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = frozenset[str]()

    @extend_schema(operation_id="design_report", summary="Read what the design lacks", responses=_ANSWER)
    def get(self, request: Any) -> Response:
        """Processes that serve nobody, touchpoints in no journey, reviews that are late, journeys without a stage after
        the purchase, an owner or a sponsor, and in which languages customers are served when. Of what is in use."""
        found = orphans(timezone.localdate(timezone=self.tenant.zone))
        served, untold = languages_served()
        return Response(
            {
                "processes_without_touchpoint": [each.slug for each in found.processes],
                "touchpoints_in_no_journey": [each.slug for each in found.touchpoints],
                "reviews_late": [
                    {"process": each.slug, "review_on": each.review_on.isoformat()}
                    for each in found.late
                    if each.review_on
                ],
                "journeys_without_after_purchase": [each.slug for each in found.no_after_purchase],
                "journeys_without_owner_or_sponsor": [each.slug for each in found.no_owner],
                "languages": [
                    {
                        "language": each.language,
                        "channels": [name for name, _spans in each.channels],
                        "by_channel": [
                            {"channel": name, "served": dict(zip(WEEKDAYS, spans, strict=True))}
                            for name, spans in each.channels
                        ],
                        "served": dict(zip(WEEKDAYS, each.spans, strict=True)),
                    }
                    for each in served
                ],
                "channels_without_hours_or_languages": [each.slug for each in untold],
            }
        )


urlpatterns = [path("design-report", DesignReport.as_view())]
