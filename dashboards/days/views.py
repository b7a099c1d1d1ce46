"""Any past day as the leadership page told it, and the list of days that are kept."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.days.said import said
from dashboards.leadership.views import bad_query, today_of
from dashboards.models import Snapshot
from dashboards.query import EARLIEST, BadQuery, read_day
from dashboards.scope import whole_company

LISTED = 60


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def days(request: HttpRequest) -> HttpResponse:
    """The days kept last, and a field for any other."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    try:
        chosen = read_day(request.GET, "day")
    except BadQuery as error:
        return bad_query(request, error)
    if chosen:
        return redirect("day", day=chosen.isoformat())
    kept = list(Snapshot.objects.order_by("-day").values_list("day", flat=True)[:LISTED])
    yesterday = today_of(request) - timedelta(days=1)
    return render(request, "dashboards/days/days.html", {"kept": kept, "yesterday": yesterday, "section": "days"})


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def day(request: HttpRequest, day: str) -> HttpResponse:
    """A day as it was kept; else as its counts tell it today, which the page says. 404 for what is no day."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    at, today = _day(day), today_of(request)
    after = at + timedelta(days=1)
    context: dict[str, Any] = {"day": at, "before": at - timedelta(days=1), "section": "days"}
    if at >= today:
        return render(request, "dashboards/days/ahead.html", {**context, "today": at == today})
    kept = Snapshot.objects.filter(day=at).first()
    language = get_language() or settings.LANGUAGE_CODE
    tenant = request.tenant  # type: ignore[attr-defined]
    data = kept.data if kept else said(tenant=tenant, day=at, languages=[language], kept=False)
    context |= {
        "kept": kept,
        "said": data,
        "sentence": data["sentence"].get(language, ""),
        "first": date.fromisoformat(data["first"]),
        "last": date.fromisoformat(data["last"]),
        "then": [date.fromisoformat(end) for end in data["then"]] if data["then"] else None,
        "after": after if after < today else None,
    }
    return render(request, "dashboards/days/day.html", context)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        found = None
    if found is None or found < EARLIEST or found.year > 2100:
        raise Http404
    return found
