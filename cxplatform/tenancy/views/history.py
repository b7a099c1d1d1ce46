"""Settings: the history of changes, newest first."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.forms import HistoryForm
from cxplatform.tenancy.models import ApiKey, AuditEntry, Invitation, Membership, Tenant
from cxplatform.tenancy.rls import tenant_models
from cxplatform.tenancy.roles import Permission

PAGE = 50
ACTIONS = {
    "created": _("created"),
    "changed": _("changed"),
    "removed": _("removed"),
    "deleted": _("deleted"),
    "archived": _("archived"),
    "restored": _("taken back into use"),
    "invited": _("invited"),
    "revoked": _("revoked"),
    "rotated": _("new secret"),
    "replayed": _("replayed"),
    "merged": _("merged"),
    "erased": _("erased"),
    "exported": _("taken out"),
}


@require_safe
@requires(Permission.MANAGE_PEOPLE)
def history(request: HttpRequest) -> HttpResponse:
    form = HistoryForm(request.GET, models=_labels())
    entries = AuditEntry.objects.none()
    if form.is_valid():
        entries = _wanted(form.cleaned_data, request)
    page = list(_before(entries, request.GET.get("before", ""))[: PAGE + 1])
    older = page[PAGE - 1].id if len(page) > PAGE else None
    context = {"form": form, "entries": [_shown(entry) for entry in page[:PAGE]], "older": older}
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
    kinds.remove(AuditEntry)
    labels = {kind._meta.label_lower: str(capfirst(kind._meta.verbose_name)) for kind in kinds}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))


def _shown(entry: AuditEntry) -> dict[str, Any]:
    """An entry as the page shows it: what was changed, from what to what, in the reader's words."""
    try:
        model: Any = apps.get_model(entry.model)
    except (LookupError, ValueError):  # a kind that no longer exists
        model = None
    changes = [
        {"name": label, "before": _value(field, values[0]), "after": _value(field, values[1])}
        for name, values in entry.changes.items()
        if isinstance(values, list) and len(values) == 2
        for field, label in [_field(model, name)]
    ]
    kind = capfirst(model._meta.verbose_name) if model else entry.model
    action = ACTIONS.get(entry.action, entry.action)
    return {"entry": entry, "action": action, "kind": kind, "changes": changes}


def _field(model: Any, name: str) -> tuple[Any, str]:
    """The field of a column and its name for people; None and the column where the model has no such field now."""
    for candidate in (name, name.removesuffix("_id")):
        try:
            field = model._meta.get_field(candidate)
        except (AttributeError, FieldDoesNotExist):
            continue
        return field, str(capfirst(field.verbose_name))
    return None, name


def _value(field: Any, value: Any) -> str:
    """A value as people read it: yes and no, and the name of a choice; an empty text for nothing."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    choices = dict(getattr(field, "flatchoices", None) or [])
    return str(choices.get(value, value)) if isinstance(value, str) else str(value)
