"""REST requests go straight to their view: no session, no cookie, no language, nothing of a page."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, get_resolver

_PAGE = "/api/v1/docs"
_NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


class _Handler(BaseHandler):
    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        request.resolver_match = _resolve(settings.ROOT_URLCONF, request.path_info)
        return request.resolver_match


# Integrators send to a few addresses, each behind dozens of others that Django would try first.
@lru_cache(maxsize=256)
def _resolve(urlconf: str, path: str) -> ResolverMatch:
    return get_resolver(urlconf).resolve(path)


class StraightToRest:
    """Calls the view of `/api/...` past the middleware below; it is half the cost of a small request.

    Nothing below has anything to do for a program with a key. What has (the check of the host, the length of the
    answer, a content policy) is done here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        handler = _Handler()
        handler._view_middleware = []  # type: ignore[attr-defined]
        handler._template_response_middleware = []  # type: ignore[attr-defined]
        handler._exception_middleware = []  # type: ignore[attr-defined]
        self.straight = convert_exception_to_response(handler._get_response)  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/") or request.path_info == _PAGE:
            return self.get_response(request)
        request.get_host()
        response: HttpResponse = self.straight(request)  # type: ignore[assignment]
        if not response.streaming and not response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        response["Content-Security-Policy"] = _NOTHING_RUNS  # should a browser ever show it as a page
        return response
