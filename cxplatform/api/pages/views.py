"""Settings: the keys of the company's integrations. A secret is shown once, on the answer that made it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.api.authentication import NewKey, create_key, rotate_key
from cxplatform.api.pages.forms import KeyForm
from cxplatform.api.pressed_twice import shown_once
from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import ApiKey
from cxplatform.tenancy.roles import Permission

GRACE = timedelta(hours=24)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_KEYS)
def key_list(request: HttpRequest) -> HttpResponse:
    """Every key; posting makes one."""
    tenant = request.tenant  # type: ignore[attr-defined]
    form = KeyForm(request.POST or None, tenant=tenant)
    if request.method == "POST" and form.is_valid():
        new = create_key(
            tenant=tenant,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.cleaned_data["expires"],
            created_by=request.user,
        )
        audit.record("created", new.key)
        return shown_once(request, _page(request, KeyForm(tenant=tenant), new=new))
    return _page(request, form)


@never_cache
@require_POST
@requires(Permission.MANAGE_KEYS)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret for a key; the old one works for a day more."""
    key = _usable(request, pk)
    before = audit.stored(key)
    new = rotate_key(key, grace=GRACE)
    audit.record("rotated", new.key, before=before)
    return shown_once(request, _page(request, KeyForm(tenant=request.tenant), new=new))  # type: ignore[attr-defined]


@require_POST
@requires(Permission.MANAGE_KEYS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key at once, its old secret too."""
    key = _usable(request, pk)
    before = audit.stored(key)
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    audit.record("revoked", key, before=before)
    messages.success(request, _("The key %(name)s no longer works.") % {"name": key.name})
    return redirect("settings_keys")


def _usable(request: HttpRequest, pk: int) -> ApiKey:
    ours = ApiKey.objects.filter(tenant=request.tenant, revoked_at=None)  # type: ignore[attr-defined]
    return get_object_or_404(ours, pk=pk)


def _page(request: HttpRequest, form: KeyForm, new: NewKey | None = None) -> HttpResponse:
    keys = ApiKey.objects.filter(tenant=request.tenant).order_by("name")  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form, "new": new, "keys": sorted(keys, key=lambda key: bool(key.revoked_at))}
    return render(request, "api/keys.html", {**context, "section": "settings", "here": "settings_keys"})
