"""Settings: events no consumer could take in, with the reason, to be sent through again once it is mended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cxplatform.pipeline import quarantine
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPLAY_QUARANTINE)
def quarantined(request: HttpRequest) -> HttpResponse:
    """The newest of them; posting replays those ticked, or all that wait."""
    if request.method == "POST":
        count = quarantine.replay(_chosen(request))
        if count:
            done = ngettext("%(count)d event goes through again.", "%(count)d events go through again.", count)
            messages.success(request, done % {"count": count})
        else:
            messages.error(request, _("Tick the events to replay."))
        return redirect("settings_quarantine")
    waiting = quarantine.waiting()
    context = {"events": waiting[:SHOWN], "count": waiting.count(), "shown": SHOWN}
    return render(
        request, "pipeline/quarantine.html", {**context, "section": "settings", "here": "settings_quarantine"}
    )


def _chosen(request: HttpRequest) -> list[UUID]:
    if "all" in request.POST:
        return list(quarantine.waiting().values_list("event_id", flat=True)[:5000])
    chosen = []
    for text in request.POST.getlist("event"):
        try:
            chosen.append(UUID(text))
        except ValueError:
            continue
    return chosen
