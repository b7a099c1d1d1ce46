"""GET /api/v1/promises/{slug}/compliance: how a promise is kept, with n and interval, by any slice."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.stats.compliance import Compliance
from cxplatform.tenancy.models import Scope, Tenant
from journeys.models import Channel, Journey, Touchpoint, Unit
from promises import asked, compliance
from promises.api_schema import COMPLIANCE_ANSWER, COMPLIANCE_PARAMETERS
from promises.counted import CHANNEL, JOURNEY
from promises.judging.counting import TOUCHPOINT, UNIT
from promises.present import promise_of


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

        A rule whose target or measure was changed goes on under a new `version`; what opened before stands in
        `earlier`, a series of its own for each version.
        """
        promise = promise_of(slug)
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
                "earlier": [_rule(kept) | _in_force(kept) for each in board.promises for kept in each.earlier],
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
        "version": rule.version,
        **numbers(kept.result),
        "exceeded": kept.ladder.exceeded if kept.ladder else None,
        "near_misses": kept.ladder.near if kept.ladder else None,
        "month": {
            "n": kept.month.judged,
            "broken": kept.month.broken,
            "pending": kept.month.pending,
            "may_still_fail": kept.month.may_still_fail,
            "budget_used": per_cent(kept.month.budget_used),
        },
    }


def _in_force(kept: compliance.Kept) -> dict[str, Any]:
    return {"valid_from": kept.rule.valid_from, "valid_until": kept.rule.valid_until}


def _divided(what: asked.Asked, rules: list[compliance.Kept], tenant: Tenant) -> dict[int, dict[str, Any]]:
    """The groups of each rule; of a slice that is hidden itself, none: they would add up to it."""
    names = _names(what.by)
    shown = [kept.rule for kept in rules if kept.result is not None]
    found = compliance.groups(query=what.query, tenant=tenant, rules=shown, by=what.by)
    return {kept.rule.pk: {"groups": []} for kept in rules} | {
        rule_id: {
            "groups": [{"value": names.get(group.value, group.value), **numbers(group.result)} for group in of_rule]
        }
        for rule_id, of_rule in found.items()
    }


def numbers(result: Compliance | None) -> dict[str, Any]:
    """A result for the answer; of one that is hidden only that it is."""
    if result is None:
        return {"hidden": True}
    return {
        "hidden": False,
        "n": result.judged,
        "kept": result.kept,
        "kept_by_fallback": result.kept_by_fallback,
        "broken": result.broken,
        "excluded": result.excluded,
        "rate": per_cent(result.rate),
        "low": per_cent(result.low),
        "high": per_cent(result.high),
        "verdict": result.verdict,
        "on_target": result.on_target,
        "excluded_flag": result.excluded_flag,
    }


def _names(by: str) -> dict[str, str | None]:
    """What integrators call the values that are stored as ids; a channel that is not known is null."""
    model: Any = {CHANNEL: Channel, UNIT: Unit, TOUCHPOINT: Touchpoint, JOURNEY: Journey}.get(by)
    return (
        {} if model is None else {"0": None} | {str(pk): slug for pk, slug in model.objects.values_list("pk", "slug")}
    )


def per_cent(share: float | None) -> float | None:
    """A share 0..1 in per cent, to four decimals."""
    return None if share is None else round(100 * share, 4)
