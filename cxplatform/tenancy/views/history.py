"""Settings: the history of changes, newest first."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.forms import HistoryForm
from cxplatform.tenancy.history import in_words, is_told, kind_of
from cxplatform.tenancy.models import ApiKey, AuditEntry, Invitation, Membership, Tenant
from cxplatform.tenancy.rls import tenant_models
from cxplatform.tenancy.roles import Permission

PAGE = 50


@require_safe
@requires(Permission.MANAGE_PEOPLE)
def history(request: HttpRequest) -> HttpResponse:
    form = HistoryForm(request.GET, models=_labels())
    entries = AuditEntry.objects.none()
    if form.is_valid():
        entries = _wanted(form.cleaned_data, request)
    page = list(_before(entries, request.GET.get("before", ""))[: PAGE + 1])
    older = page[PAGE - 1].id if len(page) > PAGE else None
    context = {"form": form, "entries": in_words(page[:PAGE]), "older": older}
    return render(request, "tenancy/history.html", {**context, "section": "settings", "here": "settings_history"})


def _wanted(filters: dict[str, Any], request: HttpRequest) -> Any:
    entries = AuditEntry.objects.order_by("-id")
    if filters["model"]:
        entries = entries.filter(model=filters["model"])
    if filters["actor"]:
        entries = entries.filter(actor__icontains=filters["actor"])
    zone = request.tenant.zone  # type: ignore[attr-defined]
    if filters["since"]:
        entries = entries.filter(at__gte=_midnight(filters["since"], zone))
    if filters["until"]:
        entries = entries.filter(at__lt=_midnight(filters["until"] + timedelta(days=1), zone))
    return entries


def _midnight(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time.min, zone)


def _before(entries: Any, cursor: str) -> Any:
    if not cursor:
        return entries
    try:
        return entries.filter(id__lt=UUID(cursor))
    except ValueError:
        raise Http404 from None


def _labels() -> dict[str, str]:
    """The kinds of things that have a history, by name."""
    kinds: list[Any] = [Tenant, Membership, Invitation, ApiKey, *tenant_models()]
    labels = {kind._meta.label_lower: kind_of(kind) for kind in filter(is_told, kinds)}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))
