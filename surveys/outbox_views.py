"""The outbox in the settings: what was written to customers, and what never left this machine, to be read."""

from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.deliveries import messages
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.models import SmsDoor
from surveys.models.sms import new_key

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_COMPANY)
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages; posting makes a new address for incoming text messages, the old one stops at once."""
    tenant = request.tenant  # type: ignore[attr-defined]
    if request.method == "POST":
        SmsDoor.objects.update_or_create(tenant=tenant, defaults={"key": new_key()})
        audit.record("changed", tenant, before=audit.state(tenant), sms_address=["…", "…"])  # a secret: not what it is
        notes.success(request, _("The address for text messages is new. Give it to the provider."))
        return redirect("outbox")
    door = SmsDoor.objects.filter(tenant=tenant).first()
    return render(
        request,
        "surveys/outbox.html",
        {
            # Uses message_by_time.
            "messages_out": list(OutgoingMessage.objects.order_by("-created_at", "-id")[:SHOWN]),
            "sees": request.membership.may(Permission.SEE_IDENTITY),  # type: ignore[attr-defined]
            "mail_leaves": messages.leaves("email"),
            "sms_leaves": messages.leaves("sms"),
            "sms_address": f"{request.scheme}://{request.get_host()}/sms/{door.key}" if door else "",
            "shown": SHOWN,
            "section": "settings",
            "here": "outbox",
        },
    )


@require_safe
@requires(Permission.MANAGE_COMPANY)
def outbox_message(request: HttpRequest, id: UUID) -> HttpResponse:
    """One message with its text, as long as it is kept. Its personal link opens somebody's answers, so it is for
    those alone who see customers' identity; others get a page that says so.
    """
    message = _find(id)
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    context = {"message": message, "sees": sees, "section": "settings", "here": "outbox"}
    return render(request, "surveys/outbox_message.html", context, status=200 if sees else 403)


# A mail is written for mail programs, with its style inside: it gets a page of its own that may load nothing else.
@csp_replace({"default-src": [NONE], "style-src": ["'unsafe-inline'"], "script-src": [NONE]})  # type: ignore[arg-type]
@require_safe
@requires(Permission.MANAGE_COMPANY)
def outbox_mail(request: HttpRequest, id: UUID) -> HttpResponse:
    """One mail as its reader sees it."""
    message = _find(id)
    if not message.html:
        raise Http404
    if not request.membership.may(Permission.SEE_IDENTITY):  # type: ignore[attr-defined]
        return redirect("outbox_message", id)
    return HttpResponse(message.html)


def _find(id: UUID) -> OutgoingMessage:
    found: OutgoingMessage | None = OutgoingMessage.objects.filter(id=id).first()
    if found is None:
        raise Http404
    return found
