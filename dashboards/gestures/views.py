"""The catalogue of gestures, and the form of one."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.gestures.effect import KIND, WITHIN
from dashboards.gestures.forms import GestureForm
from dashboards.gestures.page import DAYS, load_catalogue
from dashboards.leadership.views import today_of
from dashboards.models import Gesture, Look
from dashboards.scope import whole_company
from dashboards.tasks import look_for
from journeys.identifiers import free_identifier


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def gestures(request: HttpRequest) -> HttpResponse:
    """Each with what customers who met it say beside the others."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    page = load_catalogue(tenant=tenant, today=today_of(request))
    context = {"page": page, "days": DAYS, "within": WITHIN, "section": "gestures"}
    return render(request, "dashboards/gestures/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def gesture(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Add one, or change one that is there; its event's type stays."""
    found = get_object_or_404(Gesture.objects.in_use(), slug=slug.replace("\x00", "?")) if slug else None
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    sent = request.POST if request.method == "POST" else None
    form = GestureForm(sent, tenant=tenant, gesture=found)
    if form.is_valid():
        with transaction.atomic():
            _save(found, form.cleaned_data)
            # Its effect is looked for at once, and not only in the next night.
            Look.objects.filter(kind=KIND).delete()
        look_for.after_commit(tenant.pk, KIND)
        return redirect("gestures")
    context = {"form": form, "gesture": found, "section": "gestures"}
    return render(request, "dashboards/gestures/form.html", context, status=400 if form.is_bound else 200)


@require_POST
@requires(Permission.DEFINE)
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one out of the catalogue; its uses stay counted."""
    found = get_object_or_404(Gesture.objects.in_use(), slug=slug.replace("\x00", "?"))
    found.archived_at = timezone.now()
    found.save(update_fields=["archived_at", "updated_at"])
    audit.record("archived", found)
    return redirect("gestures")


def _save(found: Gesture | None, fields: dict[str, Any]) -> None:
    before = audit.state(found) if found else None
    made = found or Gesture(slug=free_identifier(Gesture, fields["name"], most=80))
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    audit.record("changed" if before else "added", made, before=before)
