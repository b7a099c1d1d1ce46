"""GET /api/v1/promises/{slug}/compliance: how a promise is kept, with n and interval, by any slice."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.stats.compliance import Compliance
from cxplatform.tenancy.models import Scope, Tenant
from journeys.models import Channel, Touchpoint, Unit
from promises import asked, compliance
from promises.api_schema import COMPLIANCE_ANSWER, COMPLIANCE_PARAMETERS
from promises.counted import CHANNEL
from promises.judging.counting import TOUCHPOINT, UNIT
from promises.models import Promise


class PromiseCompliance(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="promise_compliance",
        summary="How a promise is kept",
        parameters=COMPLIANCE_PARAMETERS,
        responses={(200, "application/json"): COMPLIANCE_ANSWER},
    )
    def get(self, request: Any, slug: str) -> Response:
        """Kept and broken of what fell due in the period, for the promise and for each instruction beside it.

        `rate` is kept / (kept + broken) in per cent, `low` ... `high` its 95 % interval (Wilson), `n` what it is
        worked out from. Excluded outcomes are in neither. `month` is the current month of everybody:
        `may_still_fail` says how many more may break with the target still met.

        Groups under the organisation's minimum are hidden, and so is the next smallest where a subtraction
        would reveal them: they have `hidden` instead of numbers.
        """
        promise = Promise.objects.filter(slug=slug, archived_at=None).first()
        if promise is None:
            raise Http404
        tenant = self.tenant
        what = asked.read(request.query_params, tenant=tenant)
        board = compliance.board(query=what.query, tenant=tenant, promise_ids=[promise.pk])
        rules = [kept for each in board.promises for kept in (each.main, *each.beside)]
        divided = _divided(what, rules, tenant) if what.by else {}
        return Response(
            {
                "promise": {
                    "slug": promise.slug,
                    "name": promise.name,
                    "wording": promise.wording,
                    "lifecycle": promise.lifecycle,
                },
                "from": what.query.start.isoformat(),
                "to": what.query.last.isoformat(),
                "channel": what.channel or None,
                "filter": what.filter,
                "by": what.by or None,
                "rules": [_rule(kept) | divided.get(kept.rule.pk, {}) for kept in rules],
            }
        )


def _rule(kept: compliance.Kept) -> dict[str, Any]:
    rule = kept.rule
    return {
        "id": rule.pk,
        "part": rule.part,
        "wording": rule.wording or rule.promise.wording,
        "kind": rule.kind,
        "target": float(rule.target),
        **_numbers(kept.result),
        "month": {
            "n": kept.month.judged,
            "broken": kept.month.broken,
            "pending": kept.month.pending,
            "may_still_fail": kept.month.may_still_fail,
            "budget_used": _per_cent(kept.month.budget_used),
        },
    }


def _divided(what: asked.Asked, rules: list[compliance.Kept], tenant: Tenant) -> dict[int, dict[str, Any]]:
    """The groups of each rule; of a slice that is hidden itself, none: they would add up to it."""
    names = _names(what.by)
    shown = [kept.rule for kept in rules if kept.result is not None]
    found = compliance.groups(query=what.query, tenant=tenant, rules=shown, by=what.by)
    return {kept.rule.pk: {"groups": []} for kept in rules} | {
        rule_id: {
            "groups": [{"value": names.get(group.value, group.value), **_numbers(group.result)} for group in of_rule]
        }
        for rule_id, of_rule in found.items()
    }


def _numbers(result: Compliance | None) -> dict[str, Any]:
    if result is None:
        return {"hidden": True}
    return {
        "hidden": False,
        "n": result.judged,
        "kept": result.kept,
        "kept_by_fallback": result.kept_by_fallback,
        "broken": result.broken,
        "excluded": result.excluded,
        "rate": _per_cent(result.rate),
        "low": _per_cent(result.low),
        "high": _per_cent(result.high),
        "verdict": result.verdict,
        "on_target": result.on_target,
        "excluded_flag": result.excluded_flag,
    }


def _names(by: str) -> dict[str, str | None]:
    """What integrators call the values that are stored as ids; a channel that is not known is null."""
    model: Any = {CHANNEL: Channel, UNIT: Unit, TOUCHPOINT: Touchpoint}.get(by)
    return (
        {} if model is None else {"0": None} | {str(pk): slug for pk, slug in model.objects.values_list("pk", "slug")}
    )


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)
