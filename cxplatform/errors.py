"""When no view could answer: a problem document for programs, a page for people."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from cxplatform.api import limits, problems

_DETAIL = {
    400: "The request could not be understood. Check the address, the headers and the Host you send it to.",
    403: "You may not do this.",
    404: problems.NOT_YOURS,
    500: "An error of ours; it has been logged. Nothing of this request was stored: send it again later.",
}


def _handler(status: int, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def handler(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            return problems.as_response(status, _DETAIL[status], headers=limits.headers(request))
        return page(request, *args, **kwargs)

    return handler


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without its token: most often a page left open over a sign-out, or blocked cookies."""
    return render(request, "403_csrf.html", status=403)


bad_request = _handler(400, defaults.bad_request)
permission_denied = _handler(403, defaults.permission_denied)
page_not_found = _handler(404, defaults.page_not_found)
server_error = _handler(500, defaults.server_error)


def only_forms(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever opens an address that only takes in forms, as after a reload, reads so in place of an empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        opened = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or not opened or request.path_info.startswith("/api/"):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
