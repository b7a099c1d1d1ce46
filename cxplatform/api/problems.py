"""RFC 9457: every error of the API says what is wrong, where, and what to do."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from rest_framework import exceptions, status
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"
WRONG_FIELDS = "Some fields are wrong: see errors."
NOT_YOURS = "There is nothing at this address, or it is not yours."


class Problem(exceptions.APIException):
    """An error to raise from any view: `errors` lists {field, message} when fields are to blame."""

    def __init__(
        self,
        detail: str,
        *,
        status: int = 400,
        kind: str = "about:blank",
        errors: Sequence[dict[str, Any]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_code, self.kind, self.errors, self.headers = status, kind, list(errors), headers or {}


def wrong_fields(errors: Mapping[str, str]) -> Problem:
    """The problem of a request in which these fields are wrong: by field, what to do."""
    return Problem(WRONG_FIELDS, errors=[{"field": field, "message": text} for field, text in errors.items()])


def body(status_code: int, detail: str, *, kind: str = "about:blank", errors: Sequence[Any] = ()) -> dict[str, Any]:
    """The members of a problem document."""
    document: dict[str, Any] = {
        "type": kind,
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "detail": detail,
    }
    if errors:
        document["errors"] = list(errors)
    return document


def as_response(
    status_code: int, detail: str, *, errors: Sequence[Any] = (), headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A problem document outside DRF: for addresses that no view has, and for errors of ours."""
    content = msgspec.json.encode(body(status_code, detail, errors=errors))
    return HttpResponse(content, status=status_code, content_type=CONTENT_TYPE, headers=headers)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what DRF and Django raise into problem documents; anything else stays an error of ours (500)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOT_YOURS)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    headers = dict(getattr(error, "headers", {}))
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        document = body(400, WRONG_FIELDS, errors=_fields(error.detail))
    else:
        document = body(
            error.status_code,
            str(error.detail),
            kind=getattr(error, "kind", "about:blank"),
            errors=getattr(error, "errors", ()),
        )
    # Not at the top: rest_framework.views reads the default parsers, which need this module.
    from rest_framework.views import set_rollback

    set_rollback()
    response = Response(document, status=error.status_code, headers=headers, content_type=CONTENT_TYPE)
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = headers.get("WWW-Authenticate", "Bearer")
    return response


def _fields(detail: Any, path: str = "") -> list[dict[str, Any]]:
    if isinstance(detail, dict):
        return [row for name, part in detail.items() for row in _fields(part, _below(path, name))]
    if isinstance(detail, list):
        rows = []
        for index, part in enumerate(detail):
            rows += _fields(part, f"{path}[{index}]") if isinstance(part, dict | list) else _fields(part, path)
        return rows
    return [{"field": path or "body", "message": str(detail)}]


def _below(path: str, name: Any) -> str:
    # Where an item of a list is wrong, DRF names it by its number.
    return f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
