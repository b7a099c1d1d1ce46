"""Said and done: what customers are told was done of what they said, written and published by the company."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.deeds.forms import DeedForm
from surveys.deeds.told import NEWS_FOR
from surveys.models import Deed

_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def deeds(request: HttpRequest) -> HttpResponse:
    """All of them, newest first, and a form for one more."""
    form = _form(request)
    if form.is_valid():
        deed = Deed.objects.create(**form.values(), written_by=request.user)
        audit.record("created", deed)
        messages.success(request, _told(deed))
        return redirect("deeds")
    return _page(request, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def deed(request: HttpRequest, deed_id: int) -> HttpResponse:
    """One of them, to be changed or told."""
    found = get_object_or_404(Deed, pk=deed_id)
    form = _form(request, deed=found)
    if form.is_valid():
        before = audit.stored(found)
        for name, value in form.values().items():
            setattr(found, name, value)
        found.save()
        audit.record("changed", found, before=before)
        messages.success(request, _told(found))
        return redirect("deeds")
    return _page(request, form=form, deed=found)


@require_POST
@requires(Permission.DEFINE)
def remove_deed(request: HttpRequest, deed_id: int) -> HttpResponse:
    """Take one away; what was told to customers is then told no more."""
    found = get_object_or_404(Deed, pk=deed_id)
    audit.record("removed", found, before=audit.state(found))
    found.delete()
    messages.success(request, _("Removed."))
    return redirect("deeds")


def _told(deed: Deed) -> str:
    if deed.published:
        return _("Saved. Customers who answer there are told of it from now on.")
    return _("Saved. Nobody is told of it yet.")


def _form(request: HttpRequest, *, deed: Deed | None = None) -> DeedForm:
    tenant = request.tenant  # type: ignore[attr-defined]
    sent = request.POST if request.method == "POST" else None
    return DeedForm(sent, today=timezone.localdate(timezone=tenant.zone), language=tenant.language, deed=deed)


def _page(request: HttpRequest, *, form: DeedForm, deed: Deed | None = None) -> HttpResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    today = timezone.localdate(timezone=tenant.zone)
    rows: list[dict[str, Any]] = [
        {
            "deed": one,
            "said": one.said.get(form.first) or next(iter(one.said.values()), ""),
            "did": one.did.get(form.first) or next(iter(one.did.values()), ""),
            "old": one.done_on <= today - NEWS_FOR,
        }
        for one in Deed.objects.select_related("touchpoint")[:_SHOWN]
    ]
    main, others = form.groups()
    context = {"rows": rows, "main": main, "others": others, "deed": deed, "days": NEWS_FOR.days, "section": "deeds"}
    return render(request, "surveys/deeds.html", context, status=400 if form.is_bound else 200)
