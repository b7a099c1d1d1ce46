"""Customers over REST: brought in by the systems that know them, one or a thousand at a time."""

from typing import Any

import msgspec
from django.http import Http404
from django.urls import path
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, Problem, wrong_fields
from cxplatform.api.views import TenantAPIView, TenantMixin
from cxplatform.tenancy.models import Scope
from journeys import api_schema
from journeys.customers import NOTHING, CustomerFields, IncomingCustomer, check, unknown_channels, upsert
from journeys.erasing import erase
from journeys.exporting import export
from journeys.merging import MergeRefused, merge
from journeys.models import Channel, Customer
from journeys.people import customer_of
from journeys.record import Rejection

_MOST = 1000


class CustomerSerializer(serializers.ModelSerializer):
    """Somebody the company serves, known by the identifier its own systems use."""

    email = serializers.CharField(read_only=True)
    dimensions = serializers.DictField(child=serializers.JSONField())
    preferred_channel = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Customer
        fields = (
            *("external_id", "name", "email", "phone", "locale", "account", "role", "dimensions"),
            *("preferred_channel", "ambassador_at"),
        )

    def to_representation(self, customer: Customer) -> dict[str, Any]:
        """Channels are told by their identifier; all of them are read once for a page."""
        context: Any = self.context
        if "channels" not in context:
            context["channels"] = dict(Channel.objects.values_list("pk", "slug"))
        customer.preferred_channel = context["channels"].get(customer.preferred_channel_id)  # type: ignore[attr-defined]
        return super().to_representation(customer)


class Customers(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.DEFINITIONS_WRITE}
    query = CursorPages.query | {"account"}
    serializer_class = CustomerSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        manager = Customer._base_manager if getattr(self, "swagger_fake_view", False) else Customer.objects
        return manager.filter(erased_at=None, merged_into_id=None)

    @extend_schema(
        operation_id="list_customers",
        summary="List customers",
        parameters=[OpenApiParameter("account", str, description="Only those of this account.")],
    )
    def get(self, request: Any) -> Response:
        """All customers, in the order they came to be known; erased and merged ones are left out."""
        customers = self.get_queryset()
        if account := request.query_params.get("account"):
            customers = customers.filter(account=account)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(customers), many=True).data)

    @extend_schema(
        operation_id="upsert_customers",
        summary="Create or change customers",
        request=api_schema.CUSTOMERS_BODY,
        responses=api_schema.CUSTOMERS_ANSWER,
    )
    def post(self, request: Any) -> Response:
        """Create or change up to 1,000 customers: one, an array, or {"customers": [...]}.

        A customer is known by `external_id`, the identifier your own systems use. Fields left out stay as they
        are; dimension values are merged, and null takes one away. A dimension that is not declared yet is kept,
        and is counted from the day it is declared. One faulty customer stops nothing: see `rejected`.
        """
        customers, rejected = _read(_items(request.data))
        done = upsert(customers=customers)
        return Response({"created": done.created, "updated": done.updated, "rejected": rejected})


class OneCustomer(TenantAPIView):
    scopes = {
        "GET": Scope.CUSTOMERS_READ,
        "PUT": Scope.DEFINITIONS_WRITE,
        "PATCH": Scope.DEFINITIONS_WRITE,
        "DELETE": Scope.DEFINITIONS_WRITE,
    }
    query = frozenset[str]()

    @extend_schema(operation_id="get_customer", summary="Read a customer", responses=CustomerSerializer)
    def get(self, request: Any, external_id: str) -> Response:
        return Response(_stored(external_id))

    @extend_schema(
        operation_id="put_customer",
        summary="Create or replace a customer",
        request=api_schema.CUSTOMER_BODY,
        responses={200: CustomerSerializer, 201: CustomerSerializer},
    )
    def put(self, request: Any, external_id: str) -> Response:
        """What is left out becomes empty. Answers 201 when the customer was new."""
        sent = _fields(request.data)
        whole = {name: getattr(NOTHING, name) for name in CustomerFields.__struct_fields__}
        whole |= msgspec.structs.asdict(sent)
        whole = {name: getattr(NOTHING, name) if value is msgspec.UNSET else value for name, value in whole.items()}
        done = upsert(customers=[_named(external_id, whole)], replace=True)
        return Response(_stored(external_id), status=201 if done.created else 200)

    @extend_schema(
        operation_id="change_customer",
        summary="Change a customer",
        request=api_schema.CUSTOMER_BODY,
        responses=CustomerSerializer,
    )
    def patch(self, request: Any, external_id: str) -> Response:
        """What is left out stays as it is; a dimension of null is taken away."""
        _stored(external_id)
        upsert(customers=[_named(external_id, msgspec.structs.asdict(_fields(request.data)))])
        return Response(_stored(external_id))

    @extend_schema(operation_id="erase_customer", summary="Erase a person", responses={204: None})
    def delete(self, request: Any, external_id: str) -> Response:
        """Removes who the customer is, their words, properties and cases, for good. Times, touchpoints, scores and
        frozen dimensions stay under an id that is nobody's, so that no count changes."""
        try:
            erase(_found(external_id))
        except Customer.DoesNotExist:
            raise Http404(NOT_YOURS) from None
        return Response(status=204)


class Merge(TenantAPIView):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="merge_customers",
        summary="Merge two customers",
        request=api_schema.MERGE_BODY,
        responses=CustomerSerializer,
    )
    def post(self, request: Any, external_id: str) -> Response:
        """Let the customer of another number be one with this one. It cannot be undone.

        Events, answers, promises and passages become this customer's, and the counts are as if they always had been.
        The other number goes on working: what is sent for it later is this customer's.
        """
        number = request.data.get("external_id") if isinstance(request.data, dict) else None
        if not isinstance(number, str) or not number or set(request.data) - {"external_id"}:
            raise wrong_fields({"external_id": "Send the number of the customer to merge into this one, alone."})
        try:
            with translation.override("en"):
                merge(stays=_found(external_id), number=number)
        except MergeRefused as error:
            raise wrong_fields({"external_id": str(error)}) from None
        return Response(_stored(external_id))


class Export(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query = frozenset[str]()

    @extend_schema(operation_id="export_customer", summary="Export a person", responses=api_schema.EXPORT_ANSWER)
    def get(self, request: Any, external_id: str) -> Response:
        """Everything stored about one person: what a person may ask for. That it was taken out is in the history."""
        return Response(export(_found(external_id)))


def _found(external_id: str) -> Customer:
    customer = customer_of(external_id)
    if customer is None:
        raise Http404(NOT_YOURS)
    return customer


def _stored(external_id: str) -> dict[str, Any]:
    return CustomerSerializer(_found(external_id)).data  # type: ignore[no-any-return]


def _named(external_id: str, fields: dict[str, Any]) -> IncomingCustomer:
    if len(external_id) > 200:
        raise wrong_fields({"external_id": "Send at most 200 characters."})
    return IncomingCustomer(external_id=external_id, **fields)


def _fields(data: Any) -> CustomerFields:
    sent = _convert(data, CustomerFields)
    if isinstance(sent, dict):
        raise wrong_fields(sent)
    return sent


def _convert(data: Any, kind: Any) -> Any:
    """The customer, or what is wrong with it by field."""
    if not isinstance(data, dict):
        return {"body": "Send an object of fields."}
    if errors := body.faults(data, kind):
        return errors
    customer = msgspec.convert(data, kind)
    return check(customer) or unknown_channels(customer) or customer


def _items(data: Any) -> list[Any]:
    if isinstance(data, dict) and set(data) == {"customers"}:
        data = data["customers"]
        if not isinstance(data, list):
            raise wrong_fields({"customers": "Send an array of customers."})
    items = data if isinstance(data, list) else [data]
    if len(items) > _MOST:
        raise Problem(f"The request holds {len(items)} customers. Send at most {_MOST:,} at a time.", status=413)
    return items


def _read(items: list[Any]) -> tuple[list[IncomingCustomer], list[Rejection]]:
    customers: dict[str, IncomingCustomer] = {}
    rejected = []
    for index, item in enumerate(items):
        customer = _convert(item, IncomingCustomer)
        if isinstance(customer, dict):
            sent_id = item.get("external_id") if isinstance(item, dict) else None
            rejected.append(Rejection(index, sent_id[:200] if isinstance(sent_id, str) else "", customer))
        elif customer.external_id in customers:
            twice = {"external_id": "This customer is in the request twice. Send each customer once."}
            rejected.append(Rejection(index, customer.external_id, twice))
        else:
            customers[customer.external_id] = customer
    return list(customers.values()), rejected


urlpatterns = [
    path("customers", Customers.as_view()),
    path("customers/<path:external_id>/merge", Merge.as_view()),
    path("customers/<path:external_id>/export", Export.as_view()),
    path("customers/<path:external_id>", OneCustomer.as_view()),
]
