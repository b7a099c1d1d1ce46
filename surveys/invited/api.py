"""/api/v1/invited: who improves the service with us, who recommends us, and who could be asked."""

from typing import Any, ClassVar

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import NOT_YOURS
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.models import Customer
from surveys.invited import lists
from surveys.invited.joining import withdraw
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
        and were not asked yet. The newest hundred of each (of candidates twenty). Who can be reached no more is left
        out.
        """
        everybody = FollowUp.objects.all()
        joined, could = lists.co_developers(everybody), lists.candidates(everybody)
        rows = [one["row"].follow_up for one in joined] + [one["row"] for one in could]
        ids = {row.customer_id for row in rows} - {None}
        numbers = dict(Customer.objects.filter(id__in=ids).values_list("id", "external_id"))
        return Response(
            {
                "co_developers": [
                    {
                        **_person(one, one["row"].follow_up, numbers),
                        "to": one["to"],
                        "agreed_at": one["row"].agreed_at,
                    }
                    for one in joined
                ],
                "ambassadors": [
                    {
                        "customer": person.external_id,
                        "name": person.name,
                        "since": person.ambassador_at,
                        "visited": came.visited,
                        "joined": came.joined,
                    }
                    for person, came in lists.ambassadors()
                ],
                "candidates": [
                    {**_person(one, one["row"], numbers), "confirmed_at": one["row"].confirmed_at} for one in could
                ],
            }
        )


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


def _person(one: dict[str, Any], follow_up: FollowUp, numbers: dict[Any, str]) -> dict[str, Any]:
    return {
        "follow_up": follow_up.pk,
        "customer": numbers.get(follow_up.customer_id),
        "name": one["name"],
        "touchpoint": one["touchpoint"],
    }


urlpatterns = [
    path("invited", Invited.as_view()),
    path("invited/<int:follow_up_id>", OneInvited.as_view()),
]
