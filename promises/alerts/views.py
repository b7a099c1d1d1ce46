"""Incidents on the screen, and how a member hears of them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises.alerts.incidents import Incident, ended, mark_seen, standing
from promises.alerts.tell import choose
from promises.models import AlertChoice


class ChoiceForm(forms.Form):
    how = forms.ChoiceField(choices=[("", ""), *AlertChoice.How.choices], required=False)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """Incidents that stand, those that ended in the last 90 days, and the member's choice."""
    _whole_company(request)
    return render(request, "promises/alerts/alerts.html", _context(request))


@require_POST
@requires(Permission.SEE_RESULTS)
def choice(request: HttpRequest) -> HttpResponse:
    """Keep how the member wants to hear of alerts."""
    _whole_company(request)
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        context = _context(request) | {"wrong": _("Choose one of the ways shown.")}
        return render(request, "promises/alerts/alerts.html", context, status=422)
    choose(user=request.user, how=form.cleaned_data["how"])  # type: ignore[arg-type]
    messages.success(request, _("Your choice is kept."))
    return redirect("promise_alerts")


@require_POST
@requires(Permission.SEE_RESULTS)
def seen(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Say to the others that somebody is on it."""
    _whole_company(request)
    if not mark_seen(alert_id=alert_id, user=request.user):  # type: ignore[arg-type]
        raise Http404
    return redirect("promise_alerts")


def _context(request: Any) -> dict[str, Any]:
    chosen = AlertChoice.objects.filter(user=request.user).values_list("how", flat=True).first() or ""
    usual = _("As usual: at once of promises you own, of others in the daily digest")
    found: tuple[Incident, ...] = standing()
    return {
        "standing": found,
        "ended": ended(),
        "ways": [("", usual), *AlertChoice.How.choices],
        "chosen": chosen,
        "section": "promises",
    }


def _whole_company(request: Any) -> None:
    """An incident is counted over the whole company: members who see some units only have no part in it."""
    if request.membership.of_units:
        raise PermissionDenied(_("This is counted over the whole organisation, and you see some units of it."))
