"""Settings: which other systems are told what happens, and what became of each delivery."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.pages.forms import WebhookForm
from cxplatform.deliveries.pages.preview import preview
from cxplatform.deliveries.webhooks import keeping, sending, telling
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Permission

SHOWN = 100
ACTIONS = ("test", "pause", "resume", "rotate", "again", "remove")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_KEYS)
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Every webhook; posting makes one and shows its secret, once."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = keeping.make(**form.cleaned_data)
        if made.is_chat:
            messages.success(request, _("The webhook is made. Look at what it will say, and try it."))
            return redirect("settings_webhook", made.pk)
        return _list(request, WebhookForm(), new=made)
    return _list(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_KEYS)
def webhook_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook: what it says, by an example, its newest deliveries, and its settings; posting changes them."""
    webhook = _usable(pk)
    form = WebhookForm(request.POST if request.method == "POST" else None, webhook=webhook)
    if request.method == "POST" and form.is_valid():
        keeping.change(webhook, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("settings_webhook", pk)
    rows = WebhookDelivery.objects.filter(webhook=webhook).order_by("-created_at", "-id")[:SHOWN]
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    webhook = _usable(pk) if form.is_bound else webhook  # as it is, not as it was filled in
    context = {
        "webhook": webhook,
        "company": tenant,
        "form": form,
        "deliveries": rows,
        "shown": SHOWN,
        "given_up": WebhookDelivery.objects.filter(webhook=webhook, given_up_at__isnull=False).exists(),
        "preview": preview(webhook, asked=request.GET.get("type", ""), tenant=tenant),
    }
    return render(request, "deliveries/webhook.html", context | _HERE, status=422 if form.is_bound else 200)


@never_cache
@require_POST
@requires(Permission.MANAGE_KEYS)
def change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Try a webhook out, pause it, give it a new secret, tell again what was given up, or remove it."""
    if action not in ACTIONS:
        raise Http404
    webhook = _usable(pk)
    if action == "test":
        telling.tell_one(webhook)
        messages.success(request, _("A test is on its way. What became of it stands below."))
        return redirect("settings_webhook", pk)
    if action == "again":
        given_up = WebhookDelivery.objects.filter(webhook=webhook, given_up_at__isnull=False)
        many = sending.again(delivery_ids=list(given_up.values_list("id", flat=True)))
        messages.success(request, ngettext("%d is told again.", "%d are told again.", many) % many)
        return redirect("settings_webhook", pk)
    if action == "rotate":
        return _list(request, WebhookForm(), new=keeping.rotate(webhook))
    if action == "remove":
        keeping.remove(webhook)
    else:
        keeping.change(webhook, paused=action == "pause")
    return redirect("settings_webhooks")


def _usable(pk: int) -> Webhook:
    found: Webhook = get_object_or_404(Webhook.objects.in_use(), pk=pk)
    return found


_HERE = {"section": "settings", "here": "settings_webhooks"}


def _list(request: HttpRequest, form: WebhookForm, new: Webhook | None = None) -> HttpResponse:
    webhooks = Webhook.objects.in_use()
    of_each = {
        row["webhook_id"]: row
        for row in WebhookDelivery.objects.filter(webhook__in=webhooks)
        .values("webhook_id")
        .annotate(
            sent=Max("sent_at"),
            waiting=Count("id", filter=Q(sent_at=None, given_up_at=None)),
            given_up=Count("id", filter=Q(given_up_at__isnull=False)),
        )
    }
    labels = telling.known_types()
    rows: list[dict[str, Any]] = [
        {
            "webhook": webhook,
            "types": [str(label) for type_, label in labels.items() if type_ in webhook.types],
            **of_each.get(webhook.pk, {"sent": None, "waiting": 0, "given_up": 0}),
        }
        for webhook in webhooks
    ]
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "deliveries/webhooks.html", {"form": form, "new": new, "rows": rows} | _HERE, status=status)
