"""The OpenAPI 3.1 document, made from the views themselves."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_lib_doc_excludes

from cxplatform.api import idempotency
from cxplatform.api.fields import Strict

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 describes it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "errors": {
            "type": "array",
            "description": "The fields that are to blame, where some are.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_PROBLEMS = {
    400: "Some of what was sent is wrong; `errors` names the fields.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key lacks the scope.",
    404: "There is nothing at this address, or it is not yours.",
    405: "The address does not know this method; `Allow` lists those it does.",
    406: "Accept asks for something other than JSON.",
    413: "Too much in one request.",
    415: "Send JSON, plain or gzip.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    500: "An error of ours. Nothing was stored.",
}
_ON_WRITES = {413, 415, 422}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name you choose for this one request. Sent again with the same name, the request is not done"
    " again and gets its first answer again, for seven days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": r"^[\x21-\x7e]+$"},
}


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "cxplatform.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "cx_...", "description": "A key from the settings."}


class ProblemAutoSchema(AutoSchema):
    """Each operation names its scope and the problems it may answer with; views of a kind describe themselves."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for status, meaning in _PROBLEMS.items():
            if self._may_answer(status, operation):
                content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"][str(status)] = {"description": meaning, "content": content}
        if self.method in idempotency.METHODS:
            operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        operation["x-scope"] = str(self.view.scopes[self.method])  # type: ignore[attr-defined]
        return operation

    def _may_answer(self, status: int, operation: dict[str, Any]) -> bool:
        if status in _ON_WRITES:
            return self.method in idempotency.METHODS
        return status != 404 or "{" in self.path

    def _map_serializer(self, serializer: Any, direction: Any, *args: Any, **kwargs: Any) -> Any:
        schema = super()._map_serializer(serializer, direction, *args, **kwargs)
        example = getattr(serializer, "example", None)
        if example and direction == "request" and not serializer.partial:
            schema["example"] = example
        return schema

    def _described(self) -> tuple[str, str, str] | None:
        describe = getattr(self.view, "describe", None)
        return describe(self.method) if describe else None

    def get_operation_id(self) -> str:
        described = self._described()
        return described[0] if described else super().get_operation_id()

    def get_summary(self) -> str | None:
        described = self._described()
        return described[1] if described else super().get_summary()

    def get_description(self) -> str:  # type: ignore[override]
        described = self._described()
        return described[2] if described else super().get_description()


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of all operations; the same as long as the program runs."""
    from django.utils import translation

    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator(api_version="1").get_schema(request=None, public=True)
    made["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    return made


def bases() -> list[Any]:
    """Classes whose docstrings tell us something, and integrators nothing."""
    return [*get_lib_doc_excludes(), Strict]


def close_requests(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Request bodies take the fields they list and no others."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    return result
