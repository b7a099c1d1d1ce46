"""/api/v1/invited: who improves the service with us, who recommends us, and who could be asked."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.models import Customer
from surveys.invited import lists
from surveys.invited.joining import withdraw
from surveys.invited.referrals import Came
from surveys.models import FollowUp

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_WHEN: dict[str, Any] = {"type": "string", "format": "date-time"}
_CUSTOMER: dict[str, Any] = {"type": ["string", "null"], "description": "The customer's identifier; null = unknown."}


def _rows(properties: dict[str, Any]) -> dict[str, Any]:
    row = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": row}


_PERSON = {"follow_up": {"type": "integer"}, "customer": _CUSTOMER, "name": _TEXT, "touchpoint": _TEXT}
_LISTS: dict[str, Any] = {
    "co_developers": _rows({**_PERSON, "to": _TEXT, "agreed_at": _WHEN}),
    "ambassadors": _rows({"customer": _TEXT, "name": _TEXT, "since": _WHEN, "visited": _COUNT, "joined": _COUNT}),
    "candidates": _rows({**_PERSON, "confirmed_at": _WHEN}),
}
_PAGES = [
    OpenApiParameter("cursor", str, description="Taken from `next` of the page before."),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}, description="Rows in a page."
    ),
]


class Invited(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="invited_customers",
        summary="Read invited customers",
        responses={(200, "application/json"): {"type": "object", "required": list(_LISTS), "properties": _LISTS}},
    )
    def get(self, request: Any) -> Response:
        """`co_developers` said yes to improving with us and `to` is how they are reached for it alone; `ambassadors`
        have a link, with its visits and those who became customers by it; `candidates` had a complaint put right lately
        and were not asked yet. The newest hundred of each (of candidates twenty); each has an address of its own, with
        all of them in pages. Who can be reached no more is left out.
        """
        everybody = FollowUp.objects.all()
        return Response(
            {
                "co_developers": _co_developers(lists.newest_co_developers(everybody)),
                "ambassadors": _ambassadors(lists.newest_ambassadors()),
                "candidates": _candidates(lists.newest_candidates(everybody)),
            }
        )


class CoDevelopers(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query: ClassVar[frozenset[str] | None] = CursorPages.query

    @extend_schema(
        operation_id="list_co_developers",
        summary="List co-developers",
        parameters=_PAGES,
        responses={(200, "application/json"): CursorPages().get_paginated_response_schema(_LISTS["co_developers"])},
    )
    def get(self, request: Any) -> Response:
        """In the order in which they agreed. Who can be reached no more is left out, so that a page may be short."""
        rows = lists.taking_part(FollowUp.objects.all())
        return _page(request, rows, lambda found: _co_developers(lists.co_developers(found)))


class Ambassadors(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query: ClassVar[frozenset[str] | None] = CursorPages.query

    @extend_schema(
        operation_id="list_ambassadors",
        summary="List ambassadors",
        parameters=_PAGES,
        responses={(200, "application/json"): CursorPages().get_paginated_response_schema(_LISTS["ambassadors"])},
    )
    def get(self, request: Any) -> Response:
        """In the order in which they became customers."""
        return _page(request, lists.recommending(), lambda found: _ambassadors(lists.ambassadors(found)))


class Candidates(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query: ClassVar[frozenset[str] | None] = CursorPages.query

    @extend_schema(
        operation_id="list_candidates",
        summary="List who could be asked to improve with us",
        parameters=_PAGES,
        responses={(200, "application/json"): CursorPages().get_paginated_response_schema(_LISTS["candidates"])},
    )
    def get(self, request: Any) -> Response:
        """In the order in which their follow-ups were opened. Who can be reached no more is left out, so that a page
        may be short."""
        rows = lists.to_be_asked(FollowUp.objects.all())
        return _page(request, rows, lambda found: _candidates(lists.candidates(found)))


class OneInvited(TenantAPIView):
    scopes = {"DELETE": Scope.FOLLOW_UPS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="withdraw_invited", summary="Take a co-developer off the list", responses={204: None})
    def delete(self, request: Any, follow_up_id: int) -> Response:
        """Write down that a customer, by the follow-up that they were invited of, takes part no more."""
        follow_up = FollowUp.objects.filter(pk=follow_up_id).first()
        if follow_up is None or not withdraw(follow_up):
            raise Http404(NOT_YOURS)
        return Response(status=204)


def _page(request: Any, rows: "QuerySet[Any]", told: Callable[[Sequence[Any]], list[dict[str, Any]]]) -> Response:
    pages = CursorPages()
    found = pages.paginate_queryset(rows, request)
    return pages.get_paginated_response(told(found))


def _co_developers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = _numbers([one["row"].follow_up for one in rows])
    return [
        {**_person(one, one["row"].follow_up, numbers), "to": one["to"], "agreed_at": one["row"].agreed_at}
        for one in rows
    ]


def _ambassadors(rows: Sequence[tuple[Customer, Came]]) -> list[dict[str, Any]]:
    return [
        {
            "customer": person.external_id,
            "name": person.name,
            "since": person.ambassador_at,
            "visited": came.visited,
            "joined": came.joined,
        }
        for person, came in rows
    ]


def _candidates(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = _numbers([one["row"] for one in rows])
    return [{**_person(one, one["row"], numbers), "confirmed_at": one["row"].confirmed_at} for one in rows]


def _numbers(rows: Sequence[FollowUp]) -> dict[Any, str]:
    ids = {row.customer_id for row in rows} - {None}
    return dict(Customer.objects.filter(id__in=ids).values_list("id", "external_id"))


def _person(one: dict[str, Any], follow_up: FollowUp, numbers: dict[Any, str]) -> dict[str, Any]:
    return {
        "follow_up": follow_up.pk,
        "customer": numbers.get(follow_up.customer_id),
        "name": one["name"],
        "touchpoint": one["touchpoint"],
    }


urlpatterns = [
    path("invited", Invited.as_view()),
    path("invited/co-developers", CoDevelopers.as_view()),
    path("invited/ambassadors", Ambassadors.as_view()),
    path("invited/candidates", Candidates.as_view()),
    path("invited/<int:follow_up_id>", OneInvited.as_view()),
]
