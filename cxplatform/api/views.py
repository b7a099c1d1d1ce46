"""The base of every REST view: the key opens the tenant for the length of the request."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView

from cxplatform.api import idempotency, limits, problems, reference
from cxplatform.api.renderers import JSONRenderer
from cxplatform.api.schema import document
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import ApiKey, Tenant


class TenantMixin:
    """For any DRF view: after authentication the key's tenant is active until the response is made.

    `scopes` names the scope of each method. `query`, where given, is every query parameter the view knows;
    any other is refused, since a mistyped filter that filters nothing is worse than an error.
    """

    scopes: ClassVar[dict[str, str]]
    query: ClassVar[frozenset[str] | None] = None
    http_method_names: Sequence[str] = ["get", "head", "post", "put", "patch", "delete"]
    ticket: idempotency.Ticket | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # The API speaks English to every client, whatever language a person's browser would ask for.
        with translation.override("en"), ExitStack() as self.opened:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if "\x00" in request.path:
            raise NotFound(problems.NOT_YOURS)
        self._check_query(request)
        if request.auth is not None:
            self.ticket = idempotency.begin(request)

    def _check_query(self, request: Any) -> None:
        errors = {}
        for name, values in request.query_params.lists():
            if self.query is not None and name not in self.query:
                known = ", ".join(sorted(self.query)) or "none"
                errors[name] = f"Unknown parameter. Known here: {known}."
            elif any("\x00" in value for value in values) or "\x00" in name:
                errors[name] = "Remove the NUL character."
        if errors:
            raise problems.wrong_fields(errors)

    def perform_authentication(self, request: Any) -> None:
        super().perform_authentication(request)  # type: ignore[misc]
        key = request.auth
        if isinstance(key, ApiKey):
            actor = Actor(label=f"key {key.name}", key_id=key.pk)
            self.opened.enter_context(activate(key.tenant_id, actor=actor, savepoint=False))

    def handle_exception(self, error: Exception) -> Any:
        if isinstance(error, idempotency.AlreadyAnswered):
            return error.response()
        return super().handle_exception(error)  # type: ignore[misc]

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        for name, value in limits.headers(getattr(request, "_request", request)).items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        if self.ticket and response.status_code < 300 and "Idempotency-Replayed" not in response:
            content = JSONRenderer().render(response.data)
            idempotency.keep(self.ticket, status=response.status_code, content=content)
        return response

    @property
    def tenant(self) -> Tenant:
        return self.request.auth.tenant  # type: ignore[attr-defined,no-any-return]


class TenantAPIView(TenantMixin, APIView):
    pass


@transaction.non_atomic_requests
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: the same for everybody, and no secret."""
    return HttpResponse(msgspec.json.encode(document()), content_type="application/json")


@transaction.non_atomic_requests
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The reference page; in English, as the API is."""
    first = next(operation for operation in reference.groups()[0].operations if operation.anchor == "send_events")
    problem = problems.body(
        400, problems.WRONG_FIELDS, errors=[{"field": "slug", "message": "This identifier is already in use."}]
    )
    shown = {
        "groups": reference.groups(),
        "problems": reference.problems(),
        "problem": json.dumps(problem, indent=2),
        "first": first.curl.replace(first.path, f"{first.path}?dry_run=1"),
    }
    return render(request, "api/reference.html", shown)


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Whatever no room has an endpoint for."""
    return problems.as_response(404, "There is no such endpoint. GET /api/v1/schema lists them all.")
