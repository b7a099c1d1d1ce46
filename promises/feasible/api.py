"""What history would have kept, and rules tried before they are stored, over REST."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.stats.compliance import Compliance
from cxplatform.tenancy.models import Scope
from journeys.conditions import BadDefinition
from promises.feasible.asked import BadAsked, asked, number
from promises.feasible.lately import DAYS, Window
from promises.feasible.objections import Tried, tried
from promises.feasible.slider import Slider, Stop, slider
from promises.judging.measure import LONGEST_MINUTES
from promises.models import Rule
from promises.present import promise_of
from promises.rules_api import RuleSerializer, check_instructions

_COUNT = {"type": "integer", "minimum": 0}
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 100, "description": "In per cent; null without n."}
_STOP: dict[str, Any] = {
    "type": ["object", "null"],
    "required": ["minutes", "kept", "n", "rate", "low", "high"],
    "properties": {
        "minutes": {"type": "integer", "minimum": 1, "description": "The deadline, in minutes of the rule's hours."},
        "kept": _COUNT,
        "n": _COUNT | {"description": "Began long enough ago to have fallen due."},
        "rate": _SHARE,
        "low": _SHARE,
        "high": _SHARE,
    },
}
_HISTORY: dict[str, Any] = {
    "type": "object",
    "required": ["rule", "days", "n", "partial", "target", "at", "enough", "surely", "deadlines"],
    "properties": {
        "rule": {"type": "integer"},
        "days": _COUNT,
        "n": _COUNT | {"description": "All that began in these days and is not excluded."},
        "partial": {"type": "boolean", "description": "There were more, and a part of every day was looked at."},
        "target": {"type": "number", "description": "In per cent."},
        "at": _STOP | {"description": "At the deadline asked for, else at the rule's own; null without history."},
        "enough": _STOP | {"description": "The first deadline that reaches the target; null where none does."},
        "surely": _STOP | {"description": "The first whose interval's lower end reaches it."},
        "deadlines": {"type": "array", "items": _STOP | {"type": "object"}},
    },
}
_TRIED: dict[str, Any] = {
    "type": "object",
    "required": ["objections", "result"],
    "properties": {
        "objections": {
            "type": "array",
            "description": "Why it had better not be stored; none: nothing speaks against it.",
            "items": {
                "type": "object",
                "required": ["field", "message", "waived_by"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "waived_by": {"type": ["string", "null"], "description": "Send this as true to overrule it."},
                },
            },
        },
        "result": {
            "type": ["object", "null"],
            "description": "What it would have judged in the last 90 days; null where it cannot be tried.",
            "required": ["n", "kept", "kept_by_fallback", "broken", "excluded", "pending", "rate", "low", "high"],
            "properties": {
                **dict.fromkeys(("n", "kept", "kept_by_fallback", "broken", "excluded", "pending"), _COUNT),
                **dict.fromkeys(("rate", "low", "high"), _SHARE),
                "partial": {"type": "boolean"},
                "reasons": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"reason": {"type": "string"}, "n": _COUNT}},
                },
                "weeks": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "monday": {"type": "string", "format": "date"},
                            **dict.fromkeys(("kept", "kept_by_fallback", "broken", "excluded"), _COUNT),
                        },
                    },
                },
            },
        },
    },
}


class PromiseHistory(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="promise_history",
        summary="Read what history would have kept",
        parameters=[
            OpenApiParameter("rule", OpenApiTypes.INT, description="A deadline of the promise; else its first."),
            OpenApiParameter("minutes", OpenApiTypes.INT, description="The deadline to tell of; else the rule's."),
            OpenApiParameter("target", OpenApiTypes.INT, description="Per cent to reach; else the rule's target."),
        ],
        responses={(200, "application/json"): _HISTORY},
    )
    def get(self, request: Any, slug: str) -> Response:
        """What share of the last 90 days any deadline would have kept, and how long a target needs.

        What began counts for a deadline once that has passed. A promise without a deadline has no such history: 404.
        """
        given = request.query_params
        if not (given.get("rule", "") or "0").isdigit():
            raise wrong_fields({"rule": "Send the id of a rule of the promise."})
        _promise, rule = asked(given, slug=slug, tenant=self.tenant)
        if rule is None:
            raise Http404(NOT_YOURS)
        try:
            minutes, target = number(given, "minutes", LONGEST_MINUTES), number(given, "target", 100)
            found = slider(
                rule,
                tenant=self.tenant,
                now=timezone.now(),
                minutes=minutes,
                target=target / 100 if target else None,
            )
        except BadAsked as error:
            raise wrong_fields({error.parameter: str(error)}) from None
        except BadDefinition as error:
            raise wrong_fields({"rule": str(error)}) from None
        return Response(_history(rule, found, target or float(rule.target)))


class TrialSerializer(fields.StrictSerializer):
    """A rule, and what is to be overruled."""

    rule = RuleSerializer(help_text="As it would be stored; with the id of one in force, the one that it changes.")
    to_come = fields.Flag(default=False, help_text="Of a draft: its types of events are still to come.")
    reopened = fields.Flag(default=False, help_text="A case that is opened again is still the same case.")

    example = {
        "rule": {
            "opening_type": "message.received",
            "closing_type": "message.answered",
            "duration_minutes": 480,
            "target": 95,
        }
    }


class RuleTrials(TenantAPIView):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="try_rule",
        summary="Try a rule before it is stored",
        request=TrialSerializer,
        responses={(200, "application/json"): _TRIED},
    )
    def post(self, request: Any, slug: str) -> Response:
        """Judge the last 90 days by a rule that is not stored, and say what speaks against it. Nothing is stored."""
        promise = promise_of(slug)
        serializer = TrialSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        facts = {name: value for name, value in given["rule"].items() if name not in ("id", "why")}
        check_instructions(promise, [facts])
        before = None
        if id_ := given["rule"].get("id"):
            before = Rule.objects.in_use().filter(pk=id_, promise=promise).first() if id_ < 2**63 else None
            if before is None:
                raise wrong_fields({"rule.id": "The promise has no such rule in use. Leave it out for a new one."})
        found = tried(
            Rule(promise=promise, pk=before.pk if before else None, **facts),
            Window(self.tenant, timezone.now()),
            before=before,
            to_come=given["to_come"],
            reopened=given["reopened"],
        )
        return Response(_told(found))


def _history(rule: Rule, found: Slider | None, target: float) -> dict[str, Any]:
    return {
        "rule": rule.pk,
        "days": found.history.days if found else DAYS,
        "n": found.history.elapsed.n if found else 0,
        "partial": bool(found and found.history.partial),
        "target": target,
        "at": _stop(found.here) if found else None,
        "enough": _stop(found.enough) if found else None,
        "surely": _stop(found.surely) if found else None,
        "deadlines": [_stop(stop) for stop in found.stops] if found else [],
    }


def _stop(stop: Stop | None) -> dict[str, Any] | None:
    if stop is None:
        return None
    of = stop.of
    rates = {name: _per_cent(share) for name, share in (("rate", of.share), ("low", of.low), ("high", of.high))}
    return {"minutes": of.minutes, "kept": of.kept, "n": of.n, **rates}


def _told(found: Tried) -> dict[str, Any]:
    seen = found.preview
    return {
        "objections": [
            {"field": each.field, "message": each.message, "waived_by": each.waived_by or None}
            for each in found.objections
        ],
        "result": {
            "n": seen.n,
            **_counts(seen.result),
            "partial": seen.partial,
            "reasons": [{"reason": reason, "n": n} for reason, n in seen.reasons],
            "weeks": [
                {
                    "monday": week.monday.isoformat(),
                    "kept": week.kept,
                    "kept_by_fallback": week.fallback,
                    "broken": week.broken,
                    "excluded": week.excluded,
                }
                for week in seen.weeks
            ],
        }
        if seen
        else None,
    }


def _counts(result: Compliance) -> dict[str, Any]:
    return {
        "kept": result.kept,
        "kept_by_fallback": result.kept_by_fallback,
        "broken": result.broken,
        "excluded": result.excluded,
        "pending": result.pending,
        "rate": _per_cent(result.rate),
        "low": _per_cent(result.low),
        "high": _per_cent(result.high),
    }


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)
