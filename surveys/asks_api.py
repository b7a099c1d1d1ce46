"""/api/v1/asks: an integrator has a survey sent to a customer, and reads what a customer was asked and why not."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from msgspec import Meta
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.models import Channel, Touchpoint, Unit
from journeys.people import customer_of
from surveys.asking import history, ledger, reasons
from surveys.asking.contact import Candidate
from surveys.asking.triggers import published_surveys
from surveys.asks_schema import ASK_ANSWER, ASK_BODY, ASKS_ANSWER
from surveys.models import Survey

_Slug = Annotated[str, Meta(min_length=1, max_length=100)]
_Way = Literal["email", "sms", "ivr", "link"]
_AHEAD = timedelta(days=730)
_HINTS = {
    "survey": "Send the identifier of a published survey.",
    "customer": "Send the identifier your systems use for the customer.",
    "methods": "Send an array of email, sms, ivr and link, each once, the best first.",
    "due_at": "Send when to ask, as in 2026-11-22T09:30:00+02:00.",
    "lifetime_days": "Send a whole number from 1 to 90.",
    "test": "Send true or false.",
    "dry_run": "Send true or false.",
}


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an integrator sends to have somebody asked."""

    survey: _Slug
    customer: Annotated[str, Meta(min_length=1, max_length=200)]
    methods: Annotated[tuple[_Way, ...], Meta(min_length=1, max_length=4)] = ("email", "sms")
    due_at: datetime | None = None
    touchpoint: _Slug | None = None
    channel: _Slug | None = None
    unit: _Slug | None = None
    correlation: Annotated[str, Meta(max_length=200)] = ""
    lifetime_days: Annotated[int, Meta(ge=1, le=90)] = 14
    test: bool = False
    dry_run: bool = False


class Asks(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.EVENTS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset({"customer"})

    @extend_schema(
        operation_id="list_asks",
        summary="Explain what a customer was asked",
        parameters=[OpenApiParameter("customer", str, required=True, description="The customer's identifier.")],
        responses=ASKS_ANSWER,
    )
    def get(self, request: Any) -> Response:
        """The newest 200 decisions about asking a customer, with the reason of each that was skipped.

        `next` says by kind of survey when the customer may be asked again, as the rules stand now.
        """
        number = request.query_params.get("customer")
        if not number:
            raise wrong_fields({"customer": "Send the identifier of the customer."})
        customer = customer_of(number)
        if customer is None:
            raise wrong_fields({"customer": "There is no such customer."})
        told = history.explain(customer.id, now=timezone.now())
        return Response(
            {
                "customer": customer.external_id,
                "asks": [
                    {
                        "id": ask.id,
                        "survey": ask.survey_slug,
                        "method": ask.method,
                        "state": ask.state,
                        "reason": ask.reason,
                        "explanation": ask.why,
                        "decided_at": ask.decided_at,
                        "due_at": ask.due_at,
                        "sent_at": ask.sent_at,
                        "answered_at": ask.answered_at,
                    }
                    for ask in told.asks
                ],
                "next": [
                    {"kind": one.kind, "at": one.at, "reason": one.reason, "explanation": one.why} for one in told.next
                ],
            }
        )

    @extend_schema(operation_id="ask", summary="Ask a customer", request=ASK_BODY, responses=ASK_ANSWER)
    def post(self, request: Any) -> Response:
        """Have a survey sent to a customer, if the contact rules let it.

        The same decision is made as for a trigger or a survey round, and kept whatever it is: the answer says
        `planned`, perhaps later than asked for (`quiet`), or `skipped` and why. With `dry_run` nothing is kept.
        """
        wanted = _read(request.data)
        candidate = _candidate(wanted, zone=self.tenant.zone)
        now = timezone.now()
        if wanted.dry_run:
            id_, verdict = None, ledger.weigh([candidate], now=now)[0]
        else:
            ((id_, verdict),) = ledger.plan([candidate], now=now)
        return Response(
            {
                "id": id_,
                "state": "planned" if verdict.asked else "skipped",
                "reason": verdict.reason,
                "explanation": reasons.words(verdict.reason) if verdict.reason else "",
                "method": verdict.method,
                "due_at": verdict.due_at,
            }
        )


def _read(data: Any) -> Wanted:
    if not isinstance(data, dict):
        raise wrong_fields({"body": "Send an object of fields."})
    errors = body.faults(data, Wanted, _HINTS)
    errors |= dict.fromkeys(body.with_nul(data), "Remove the NUL character.")
    if errors:
        raise wrong_fields(errors)
    wanted = msgspec.convert(data, Wanted)
    if len(set(wanted.methods)) < len(wanted.methods):
        raise wrong_fields({"methods": _HINTS["methods"]})
    return wanted


def _candidate(wanted: Wanted, *, zone: Any) -> Candidate:
    errors: dict[str, str] = {}
    survey = Survey.objects.in_use().filter(slug=wanted.survey).first()
    known = published_surveys({survey.pk}) if survey else {}
    if survey is None or survey.pk not in known:
        errors["survey"] = f"There is no published survey {wanted.survey!r}. Publish it first, or correct it."
    elif survey.audience != "customer":
        errors["survey"] = "This survey is asked of employees: make a survey round of it."
    customer = customer_of(wanted.customer)
    if customer is None:
        errors["customer"] = "There is no such customer. Send the customer first."
    places: dict[str, int | None] = {}
    for name, model in (("touchpoint", Touchpoint), ("channel", Channel), ("unit", Unit)):
        slug = getattr(wanted, name)
        places[name] = model.objects.in_use().filter(slug=slug).values_list("pk", flat=True).first() if slug else None
        if slug and places[name] is None:
            errors[name] = f"There is no {name} {slug!r} in use. Make it first, or correct the identifier."
    now = timezone.now()
    due_at = wanted.due_at or now
    if due_at.tzinfo is None:
        due_at = due_at.replace(tzinfo=zone)
    if due_at.year < 2000 or due_at.year > 9000 or due_at > now + _AHEAD:
        errors["due_at"] = "Ask within two years from now."
    if errors or survey is None or customer is None:
        raise wrong_fields(errors)
    return Candidate(
        customer_id=customer.id,
        survey_id=survey.pk,
        kind=survey.kind,
        due_at=due_at,
        methods=wanted.methods,
        lifetime=timedelta(days=wanted.lifetime_days),
        touchpoint_id=places["touchpoint"] or survey.touchpoint_id,
        channel_id=places["channel"],
        unit_id=places["unit"],
        correlation=wanted.correlation,
        obstacle=reasons.TEST if wanted.test else "",
    )
