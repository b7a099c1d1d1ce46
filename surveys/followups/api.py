"""/api/v1/follow-ups: a CRM or a ticket system reads and works what the loop is closed with."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from msgspec import Meta
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope, User
from journeys.models import Channel, Customer, Touchpoint, Unit
from journeys.people import customer_of
from surveys.followups import api_schema, owners, setting, work
from surveys.models import AgreedItem, Cause, FollowUp

_Words = Annotated[str, Meta(max_length=10_000)]
_Slug = Annotated[str, Meta(min_length=1, max_length=100)]
_Address = Annotated[str, Meta(max_length=254)]
_LARGEST = 2**63 - 1
_HINTS = {
    "do": f"Send one of {', '.join(api_schema.VERBS)}.",
    "version": "Send the version you read, a whole number from 1.",
    "amount": "Send what it costs as a number, zero at least.",
    "items": 'Send what was agreed: [{"text": "Call on Friday", "due": "2026-11-27"}], at most 50.',
    "item": "Send the id of an agreed item.",
    "fixed": "Send yes, partly or no.",
    "value": "Send a score from 0 to 100.",
    "response": "Send the id of an answer.",
}


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent to open one by hand."""

    text: _Words = ""
    wish: _Words = ""
    customer: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    response: UUID | None = None
    touchpoint: _Slug | None = None
    channel: _Slug | None = None
    unit: _Slug | None = None
    correlation: Annotated[str, Meta(max_length=200)] = ""
    owner: _Address | None = None
    by: _Address | None = None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    due: date | None = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent to do something in one."""

    do: Literal[api_schema.VERBS]  # type: ignore[valid-type]
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    by: _Address | None = None
    text: _Words = ""
    to: _Address = ""
    amount: Annotated[float, Meta(ge=0, lt=1e10)] | None = None
    items: Annotated[tuple[Item, ...], Meta(max_length=50)] = ()
    item: Annotated[int, Meta(ge=1, le=_LARGEST)] | None = None
    fixed: Literal["yes", "partly", "no"] | None = None
    value: Annotated[float, Meta(ge=0, le=100)] | None = None


class FollowUps(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.FOLLOW_UPS}
    query: ClassVar[frozenset[str] | None] = CursorPages.query | {
        "state", "cause", "owner", "unit", "customer", "due_before", "opened_since",
    }  # fmt: skip

    @extend_schema(
        operation_id="list_follow_ups",
        summary="List follow-ups",
        parameters=[
            OpenApiParameter("state", str, enum=["live", *FollowUp.State.values], description="live: in work."),
            OpenApiParameter("cause", str, enum=list(Cause.values)),
            OpenApiParameter("owner", str, description="Whose they are, by e-mail."),
            OpenApiParameter("unit", str, description="The identifier of the unit."),
            OpenApiParameter("customer", str, description="The customer's identifier."),
            OpenApiParameter("due_before", datetime, description="In work, and to be contacted or solved before this."),
            OpenApiParameter("opened_since", datetime, description="Opened at this time or later."),
            OpenApiParameter("cursor", str, description="Taken from `next` of the page before."),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
                description="Rows in a page.",
            ),
        ],
        responses=api_schema.LIST_ANSWER,
    )
    def get(self, request: Any) -> Response:
        """In the order they were opened. Times are UTC."""
        pages = CursorPages()
        rows = pages.paginate_queryset(_filtered(request.query_params, self.tenant.zone), request)
        return pages.get_paginated_response(shown(rows))

    @extend_schema(
        operation_id="open_follow_up",
        summary="Open a follow-up by hand",
        request=api_schema.OPEN_BODY,
        responses=api_schema.MADE_ANSWER,
    )
    def post(self, request: Any) -> Response:
        """Of an answer it takes the time, place and customer. What an answer opened already is not opened again: 409.

        Signals open follow-ups on their own, by the rules: this is for what was told elsewhere.
        """
        sent = _read(request.data, Opening)
        errors: dict[str, str] = {}
        customer = customer_of(sent.customer) if sent.customer else None
        if sent.customer and customer is None:
            errors["customer"] = "There is no such customer. Send the customer first."
        places: dict[str, int | None] = {}
        for name, model in (("touchpoint", Touchpoint), ("channel", Channel), ("unit", Unit)):
            slug = getattr(sent, name)
            row = model.objects.in_use().filter(slug=slug).values_list("pk", flat=True).first() if slug else None
            if slug and row is None:
                errors[name] = f"There is no {name} {slug!r} in use. Make it first, or correct the identifier."
            places[f"{name}_id"] = row
        owner, by = _member(sent.owner, "owner", errors), _member(sent.by, "by", errors)
        if errors:
            raise wrong_fields(errors)
        made = _do(
            lambda: work.open_by_hand(
                by=by,
                owner=owner,
                text=sent.text,
                wish=sent.wish,
                customer=customer,
                response_id=sent.response,
                correlation=sent.correlation,
                **places,  # type: ignore[arg-type]
            )
        )
        return Response(whole(made), status=201)


class OneFollowUp(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ, "PATCH": Scope.FOLLOW_UPS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="get_follow_up", summary="One follow-up with its trail", responses=api_schema.WHOLE_ANSWER
    )
    def get(self, request: Any, pk: int) -> Response:
        """Every step, and what was agreed."""
        return Response(whole(_found(pk)))

    @extend_schema(
        operation_id="work_follow_up",
        summary="Do something in a follow-up",
        request=api_schema.CHANGE_BODY,
        responses=api_schema.WHOLE_ANSWER,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """One verb at a time; each is a step in the trail. What does not fit how it stands is refused with 409 and says
        why, as is a change of an older `version` than stands. What the rules of empowerment forbid is 409 too: it
        names who may.
        """
        change = _read(request.data, Change)
        follow_up = _found(pk)
        errors: dict[str, str] = {}
        by = _member(change.by, "by", errors)
        more = _MORE.get(change.do, lambda _change, _errors: {})(change, errors)
        if errors:
            raise wrong_fields(errors)
        verb: Callable[..., FollowUp] = getattr(work, change.do)
        return Response(whole(_do(lambda: verb(follow_up_id=follow_up.pk, version=change.version, by=by, **more))))


Errors = dict[str, str]


def _text(change: Change, errors: Errors) -> dict[str, Any]:
    return {"text": change.text}


def _assign(change: Change, errors: Errors) -> dict[str, Any]:
    to = _member(change.to or None, "to", errors)
    if not change.to:
        errors["to"] = "Send the e-mail address of whom it is given to."
    return {"to": to, "why": change.text}


def _item(change: Change, errors: Errors) -> dict[str, Any]:
    if change.item is None:
        errors["item"] = _HINTS["item"]
    return {"item_id": change.item}


def _invite(change: Change, errors: Errors) -> dict[str, Any]:
    if not change.to.strip():
        errors["to"] = "Send what the customer is invited to."
    return {"text": change.text, "to": change.to}


def _answered(change: Change, errors: Errors) -> dict[str, Any]:
    if change.fixed is None:
        errors["fixed"] = _HINTS["fixed"]
    return {"fixed": change.fixed, "text": change.text, "value": change.value}


def _offer(change: Change, errors: Errors) -> dict[str, Any]:
    amount = None if change.amount is None else Decimal(str(change.amount)).quantize(Decimal("0.01"))
    return {"text": change.text, "amount": amount}


_MORE: Mapping[str, Callable[[Change, Errors], dict[str, Any]]] = {
    **dict.fromkeys(set(api_schema.VERBS), _text),
    "assign": _assign,
    "offer": _offer,
    "agree": lambda change, errors: {"items": [(item.text, item.due) for item in change.items]},
    "item_done": _item,
    "close": lambda change, errors: {"why": change.text},
    "invite": _invite,
    "answered": _answered,
}


def _read(data: Any, kind: Any) -> Any:
    if not isinstance(data, dict):
        raise wrong_fields({"body": "Send an object of fields."})
    errors = body.faults(data, kind, _HINTS)
    errors |= dict.fromkeys(body.with_nul(data), "Remove the NUL character.")
    if errors:
        raise wrong_fields(errors)
    return msgspec.convert(data, kind)


def _do(act: Callable[[], FollowUp]) -> FollowUp:
    try:
        return act()
    except work.Changed as error:
        raise Problem(f"{error} It is at version {error.follow_up.version} now.", status=409) from None
    except work.NotNow as error:
        rows = [{"field": error.field, "message": str(error)}] if error.field else []
        raise Problem(str(error), status=409, errors=rows) from None


def _member(email: str | None, name: str, errors: Errors) -> User | None:
    if email is None:
        return None
    user = next((user for user in owners.able() if user.email == email.strip().lower()), None)
    if user is None:
        errors[name] = "There is no member of this e-mail who handles feedback."
    return user


def _found(pk: int) -> FollowUp:
    row = FollowUp.objects.filter(pk=pk).first() if pk <= _LARGEST else None
    if row is None:
        raise Http404(NOT_YOURS)
    return row  # type: ignore[no-any-return]


def _filtered(query: Any, zone: Any) -> Any:
    rows, errors = FollowUp.objects.select_related("owner"), Errors()
    state, cause = query.get("state"), query.get("cause")
    if state == "live":
        rows = rows.filter(state__in=FollowUp.LIVE)
    elif state in FollowUp.State.values:
        rows = rows.filter(state=state)
    elif state is not None:
        errors["state"] = f"Use live, {', '.join(FollowUp.State.values)}, or leave it out."
    if cause in Cause.values:
        rows = rows.filter(cause=cause)
    elif cause is not None:
        errors["cause"] = f"Use {', '.join(Cause.values)}, or leave it out."
    if owner := query.get("owner"):
        rows = rows.filter(owner__email=owner.strip().lower())
    if unit := query.get("unit"):
        rows = rows.filter(unit_id__in=Unit.objects.filter(slug=unit).values("pk"))
    if number := query.get("customer"):
        customer = customer_of(number)
        rows = rows.filter(customer_id=customer.id) if customer else rows.none()
    for name, lookup in (("due_before", "due_at__lt"), ("opened_since", "opened_at__gte")):
        if (text := query.get(name)) is not None:
            moment = _moment(text, zone)
            if moment is None:
                errors[name] = "Send a time, as in 2026-11-22T09:30:00+02:00."
            else:
                rows = rows.filter(**{lookup: moment})
    if errors:
        raise wrong_fields(errors)
    return rows


def _moment(text: str, zone: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)) if 2000 <= moment.year <= 9000 else None


def shown(rows: Sequence[FollowUp]) -> list[dict[str, Any]]:
    """Each as the API shows it without its trail; five queries however many, owners read with the rows."""
    known = setting.current()
    customers = dict(
        Customer.objects.filter(id__in={row.customer_id for row in rows} - {None}, erased_at=None).values_list(
            "id", "external_id"
        )
    )
    places = {
        name: dict(
            model.objects.filter(pk__in={getattr(row, f"{name}_id") for row in rows} - {None}).values_list("pk", "slug")
        )
        for name, model in (("touchpoint", Touchpoint), ("channel", Channel), ("unit", Unit))
    }
    same = (
        "version", "cause", "state", "correlation", "signal_at", "opened_at", "contact_due", "fix_due", "contacted_at",
        "solved_at", "confirmed_at", "closed_at", "wish", "fixed", "value", "recovery_value", "contacts", "transfers",
        "currency",
    )  # fmt: skip
    found = []
    for row in rows:
        cost = setting.repeat_cost(row, known)
        found.append(
            {
                "id": row.pk,
                **{name: getattr(row, name) for name in same},
                "owner": row.owner.email if row.owner else None,
                "customer": customers.get(row.customer_id),
                **{name: slugs.get(getattr(row, f"{name}_id")) for name, slugs in places.items()},
                "response": row.response_id,
                "repeat_contacts": setting.repeats(row),
                "repeat_cost": None if cost is None else float(cost),
                "given": float(row.given),
            }
        )
    return found


def whole(row: FollowUp) -> dict[str, Any]:
    """One with what was agreed and its trail."""
    agreed = AgreedItem.objects.filter(follow_up=row).order_by("pk")
    steps = row.steps.order_by("id").select_related("by")
    return shown([row])[0] | {
        "agreed": [
            {
                "id": item.pk,
                "text": item.text,
                "due": item.due,
                "confirmed_at": item.confirmed_at,
                "done_at": item.done_at,
            }
            for item in agreed
        ],
        "steps": [
            {
                "kind": step.kind,
                "at": step.at,
                "by": step.by.email if step.by else None,
                "text": step.text,
                "data": step.data,
            }
            for step in steps
        ],
    }


urlpatterns = [
    path("follow-ups", FollowUps.as_view()),
    path("follow-ups/<int:pk>", OneFollowUp.as_view()),
]
