"""The base of every REST view: the key opens the tenant for the length of the request."""

from contextlib import ExitStack
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import APIView

from cxplatform.api import problems
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import ApiKey, Tenant


class TenantMixin:
    """For any DRF view: after authentication the key's tenant is active until the response is made."""

    scopes: ClassVar[dict[str, str]]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self.opened:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def perform_authentication(self, request: Any) -> None:
        super().perform_authentication(request)  # type: ignore[misc]
        key = request.auth
        if isinstance(key, ApiKey):
            self.opened.enter_context(activate(key.tenant_id, actor=Actor(label=f"key {key.name}", key_id=key.pk)))

    @property
    def tenant(self) -> Tenant:
        return self.request.auth.tenant  # type: ignore[attr-defined,no-any-return]


class TenantAPIView(TenantMixin, APIView):
    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return csrf_exempt(super().as_view(**initkwargs))


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Whatever no room has an endpoint for."""
    return problems.as_response(404, "There is no such endpoint. GET /api/v1/schema lists them all.")
