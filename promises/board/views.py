"""The board of all promises and the page of one."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises.alerts.incidents import standing
from promises.board import asked
from promises.board.asked import BadAddress
from promises.board.choices import load_choices
from promises.board.load import load_board
from promises.board.tabs import KEPT, TABS
from promises.present import promise_of


def refusing(view: Any) -> Any:
    """Answer an address that makes no sense with a page that names the parameter."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except BadAddress as error:
            given = request.GET.get(error.parameter, "")[:100]
            context = {"error": error, "given": given, "section": "promises"}
            return render(request, "promises/bad_address.html", context, status=400)

    return answered


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
@refusing
def board(request: HttpRequest) -> HttpResponse:
    """Every promise in pilot or public, worst first."""
    what = asked.read(request)
    page = load_board(query=what.query, tenant=request.tenant)  # type: ignore[attr-defined]
    address = what.address()
    context = {
        "page": page,
        "asked": what,
        "choices": load_choices(what),
        "address": "" if address == "?" else address,
        "standing": () if what.own_units else standing(),
        "section": "promises",
    }
    return render(request, "promises/board.html", context)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
@refusing
def promise(request: HttpRequest, slug: str, tab: str = KEPT) -> HttpResponse:
    """One tab of a promise's page, whatever its lifecycle."""
    found = promise_of(slug)
    context = {
        "promise": found,
        "tab": tab,
        "tabs": [(name, each.label) for name, each in TABS.items()],
        "body": TABS[tab].template,
        "section": "promises",
        **TABS[tab].load(request, found),
    }
    return render(request, "promises/promise.html", context)
