"""GET /api/v1/focus and /api/v1/drivers: what is attended to and proposed, and what the overall score goes with."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.focus import drivers, proposals
from dashboards.focus.themes import open_themes
from dashboards.insights.read import findings
from journeys.models import Touchpoint
from surveys.models import Survey

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_REASONS: dict[str, Any] = {
    "type": "array",
    "description": "Each of a `kind`, with its figures.",
    "items": {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {
                "type": "string",
                "enum": [
                    "target", "fall", "expectation", "blind_spot", "importance", "stated", "customers", "words",
                ],
            }
        },
        "additionalProperties": True,
    },
}  # fmt: skip
_THEME = {"title": {"type": "string"}, "touchpoint": _TEXT, "owner": _TEXT, "due": _DAY, "chosen": _DAY}
_PROPOSAL = {"touchpoint": {"type": "string"}, "metric": {"type": "string"}, "score": _NUMBER, "from": _DAY, "to": _DAY}


def _listed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(properties), "properties": properties}}


_FOCUS: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["themes", "proposals"],
        "properties": {
            "themes": _listed({**_THEME, "score_when_chosen": _NUMBER, "reasons": _REASONS}),
            "proposals": _listed({**_PROPOSAL, "reasons": _REASONS}),
        },
    }
}
_FIGURES = ("importance", "low", "high", "share", "slope", "slope_low", "slope_high", "mean", "mean_low", "mean_high")
_DRIVERS: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["analyses"],
        "properties": {
            "analyses": _listed(
                {
                    "among": {"type": "string", "enum": [drivers.TOUCHPOINTS, drivers.SURVEY]},
                    "survey": _TEXT,
                    "overall": _TEXT,
                    "r2": _NUMBER,
                    "n": {"type": "integer", "minimum": 0},
                    "why": {
                        "type": "string",
                        "enum": ["", "unasked", "few", "none", "many", "weak"],
                        "description": "Why there are no drivers; empty where there are.",
                    },
                    "from": _DAY,
                    "to": _DAY,
                    "drivers": _listed(
                        {
                            "touchpoint": _TEXT,
                            "metric": _TEXT,
                            **dict.fromkeys(_FIGURES, _NUMBER),
                            "n": {"type": "integer", "minimum": 0},
                            "mean_n": {"type": "integer", "minimum": 0},
                            "moment_of_truth": {"type": "boolean"},
                        }
                    ),
                }
            )
        },
    }
}


class Focus(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_focus", summary="Read focus themes and proposals", responses=_FOCUS)
    def get(self, request: Any) -> Response:
        """The themes open now (at most two), and the touchpoints proposed with their reasons, the strongest first.

        A reason's figures carry interval and n; what customers wrote is not told here. Proposals are worked out at
        most once an hour.
        """
        slugs = _slugs()
        return Response(
            {
                "themes": [
                    {
                        "title": theme.title,
                        "touchpoint": slugs.get(theme.touchpoint_id or 0),
                        "owner": str(theme.owner) if theme.owner else None,
                        "due": theme.due_on.isoformat(),
                        "chosen": theme.chosen_on.isoformat(),
                        "score_when_chosen": theme.score,
                        "reasons": theme.reasons,
                    }
                    for theme in open_themes()
                ],
                "proposals": [
                    {
                        "touchpoint": slugs[each.touchpoint_id],
                        "metric": each.data["metric"],
                        "score": each.data["score"],
                        "from": each.start.isoformat(),
                        "to": each.last.isoformat(),
                        "reasons": [proposals.without_words(reason) for reason in each.data["reasons"]],
                    }
                    for each in findings([proposals.KIND])[proposals.KIND]
                    if each.touchpoint_id in slugs and each.data["need"] > 0
                ],
            }
        )


class DriversView(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_drivers", summary="Read drivers of the overall score", responses=_DRIVERS)
    def get(self, request: Any) -> Response:
        """What the overall score goes with: among touchpoints (customers' relationship answer beside what they said at
        each touchpoint in the year before) and among the questions of each survey.

        `importance` is a driver's part of R² (LMG), `low` ... `high` its 95 % interval, `share` its per cent of R²;
        `slope` points (`slope_low` ... `slope_high`) of the overall score go with one point of it. `mean` is its
        performance. All on 0-100. It is an association, not a cause. Worked out each night.
        """
        slugs, surveys = _slugs(), dict(Survey.objects.values_list("pk", "slug"))
        return Response(
            {
                "analyses": [
                    {
                        "among": each.data["analysis"],
                        "survey": surveys.get(each.data.get("survey") or 0),
                        "overall": each.data.get("overall"),
                        "r2": each.data.get("r2"),
                        "n": each.data.get("n", 0),
                        "why": each.data["why"],
                        "from": each.start.isoformat(),
                        "to": each.last.isoformat(),
                        "drivers": [_driver(driver, slugs) for driver in each.data["drivers"]],
                    }
                    for each in findings([drivers.KIND])[drivers.KIND]
                ]
            }
        )


def _driver(data: Mapping[str, Any], slugs: Mapping[int, str]) -> dict[str, Any]:
    """`touchpoint` is null of one that is archived."""
    return {
        "touchpoint": slugs.get(data.get("touchpoint", 0)),
        "metric": data.get("metric"),
        **{name: data.get(name) for name in (*_FIGURES, "n", "mean_n")},
        "moment_of_truth": data["moment"],
    }


def _slugs() -> dict[int, str]:
    return dict(Touchpoint.objects.in_use().values_list("pk", "slug"))
