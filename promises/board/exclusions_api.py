"""GET and POST /api/v1/promises/{slug}/exclusions, and DELETE of one: what does not count, and why."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from promises import asked
from promises.api_schema import COMPLIANCE_PARAMETERS, COUNT
from promises.board.excluded import by_hand, outcomes_of, reasons
from promises.board.instances import Wanted
from promises.judging.excluding import MOST, exclude, lift
from promises.models import PromiseOutcome, Rule, Status
from promises.present import promise_of

_PERIOD = [each for each in COMPLIANCE_PARAMETERS if each.name in ("from", "to")]
_EXCLUSION: dict[str, Any] = {
    "type": "object",
    "required": ["outcome", "rule", "reason", "made_at", "made_by"],
    "properties": {
        "outcome": {"type": ["string", "null"], "format": "uuid", "description": "Null where it is gone."},
        "rule": {"type": "integer"},
        "reason": {"type": "string"},
        "made_at": {"type": "string", "format": "date-time"},
        "made_by": {"type": ["string", "null"], "description": "The person's address; null for a key."},
    },
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["reasons", "exclusions"],
    "properties": {
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["reason", "n"],
                "properties": {
                    "reason": {
                        "type": ["string", "null"],
                        "description": "Null: the reasons that are too rare to be told to a key that does not read"
                        " customers.",
                    },
                    "n": COUNT,
                },
            },
        },
        "exclusions": {"type": "array", "items": _EXCLUSION},
    },
}
_TAKEN: dict[str, Any] = {
    "type": "object",
    "required": ["excluded"],
    "properties": {"excluded": COUNT | {"description": "Those that were not out already."}},
}


class ExcludeSerializer(fields.StrictSerializer):
    outcomes = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST, help_text="Ids of outcomes of this promise."
    )
    reason = fields.Text(max_length=300, help_text="Why they do not count; shown beside them.")

    example = {"outcomes": ["01939f2e-3c7d-7c3a-9a51-0b4ed3a9f1aa"], "reason": "A strike of another company."}


class Exclusions(TenantAPIView):
    scopes: ClassVar[dict[str, str]] = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset({"from", "to"})

    @extend_schema(
        operation_id="promise_exclusions",
        summary="What does not count, and why",
        parameters=_PERIOD,
        responses={(200, "application/json"): _ANSWER},
    )
    def get(self, request: Any, slug: str) -> Response:
        """Reasons of what fell due in the period, the most common first, of the newest 20 000 of each rule; and what
        was taken out by hand and still is, the newest first, 200 at most."""
        rule_ids = _rules(slug)
        wrong = dict.fromkeys(request.query_params, "Unknown parameter. Known here: from, to.")
        if errors := {name: text for name, text in wrong.items() if name not in ("from", "to")}:
            raise wrong_fields(errors)
        period = asked.read(request.query_params, tenant=self.tenant).query
        own = by_hand(rule_ids)
        outcomes = outcomes_of(own)
        wanted = Wanted(rule_ids, (Status.EXCLUDED.value,), period)
        every = Scope.CUSTOMERS_READ in request.auth.scopes
        return Response(
            {
                "reasons": [
                    {"reason": each.reason, "n": each.count}
                    for each in reasons(wanted, tenant=self.tenant, every=every)
                ],
                "exclusions": [
                    {
                        "outcome": str(outcomes[row.id].id) if row.id in outcomes else None,
                        "rule": row.rule_id,
                        "reason": row.reason,
                        "made_at": row.made_at,
                        "made_by": row.made_by.email if row.made_by else None,
                    }
                    for row in own
                ],
            }
        )

    @extend_schema(
        operation_id="exclude_outcomes",
        summary="Take outcomes out of the counts",
        request=ExcludeSerializer,
        responses={(200, "application/json"): _TAKEN},
    )
    def post(self, request: Any, slug: str) -> Response:
        """They count as excluded from now on, however often they are judged anew; the counts move at once."""
        rule_ids = _rules(slug)
        serializer = ExcludeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data
        ids = set(wanted["outcomes"])
        outcomes = list(PromiseOutcome.objects.filter(id__in=ids, rule_id__in=rule_ids))
        if len(outcomes) < len(ids):
            raise wrong_fields({"outcomes": "This promise has no such outcome. GET its outcomes lists them."})
        try:
            made = exclude(outcomes=outcomes, reason=wanted["reason"], by=None)
        except ValidationError as error:
            raise _refused(error) from None
        return Response({"excluded": len(made)})


class ExcludedOutcome(TenantAPIView):
    scopes: ClassVar[dict[str, str]] = {"DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(operation_id="lift_exclusion", summary="Let an outcome count again", responses={204: None})
    def delete(self, request: Any, slug: str, outcome: str) -> Response:
        """As its events say. One that was not taken out by hand is not found."""
        rule_ids = _rules(slug)
        try:
            row = PromiseOutcome.objects.filter(id=UUID(outcome), rule_id__in=rule_ids).first()
        except ValueError:
            row = None
        if row is None:
            raise Http404(NOT_YOURS)
        try:
            lifted = lift(outcomes=[row], by=None)
        except ValidationError as error:
            raise _refused(error) from None
        if not lifted:
            raise Http404(NOT_YOURS)
        return Response(status=204)


def _rules(slug: str) -> tuple[int, ...]:
    return tuple(Rule.objects.filter(promise=promise_of(slug)).values_list("pk", flat=True))


def _refused(error: ValidationError) -> Exception:
    return wrong_fields({name: " ".join(texts) for name, texts in error.message_dict.items()})
