"""Pages of findings and of changes: what happened, what the company did about it, and whether that helped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.changes import channels, handoffs
from dashboards.changes.convene import convene
from dashboards.changes.forms import ChangeForm, offered
from dashboards.changes.noted import note, take_back
from dashboards.changes.page import change_lines, load_changes, load_findings
from dashboards.changes.sheets import change_sheet, findings_sheets
from dashboards.improvements.keys import finding_of
from dashboards.leadership.views import today_of
from dashboards.models import JourneyChange
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company
from dashboards.sheets import Sheet
from dashboards.structure import load_structure
from journeys.models import JourneyVersion

CONVENED = (channels.KIND, handoffs.KIND)
"""Kinds over which owners are called together: nobody mends these alone."""


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def findings(request: HttpRequest) -> HttpResponse:
    """Everything that workers found, each with its figures and its place."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    page = load_findings()
    if file := asked_for(request, lambda: findings_sheets(page), title=gettext("Findings"), name="findings"):
        return file
    return render(request, "dashboards/changes/findings.html", {"page": page, "section": "findings"})


@require_POST
@requires(Permission.DEFINE)
def call_together(request: HttpRequest) -> HttpResponse:
    """Call the owners together over the finding of that `key`: of channels that disagree, or of a hand-off."""
    finding = finding_of(request.POST.get("key", "")[:200])
    if finding is None or finding.kind not in CONVENED:
        raise Http404
    called = convene(tenant=request.tenant, finding=finding, today=today_of(request), by=request.user)  # type: ignore[attr-defined,arg-type]
    if called is None:
        messages.info(request, gettext("They were called together today already."))
    else:
        people = ", ".join(map(str, called.people))
        messages.info(request, gettext("The improvement that they agree on is on the board."))
        messages.success(
            request,
            gettext("Written to: %(people)s. A note is on the journey.") % {"people": people}
            if people
            else gettext("A note is on the journey. Nobody was written to, as no touchpoint here has an owner."),
        )
        if called.unowned and people:
            names = ", ".join(called.unowned)
            messages.warning(
                request, gettext("Without an owner: %(names)s. Choose one in the editor.") % {"names": names}
            )
    return redirect("findings")


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def changes(request: HttpRequest) -> HttpResponse:
    """Changes and what they did; a form for the next one, begun from a published version where one is named."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    if file := asked_for(request, _sheets, title=gettext("Changes"), name="changes"):
        return file
    number = request.GET.get("version", "")
    version = JourneyVersion.objects.filter(pk=int(number)).first() if _is_key(number) else None
    return _page(request, ChangeForm(today=today_of(request), initial=offered(version) if version else None))


@require_POST
@requires(Permission.DEFINE)
def add(request: HttpRequest) -> HttpResponse:
    """Note a change; workers then test it."""
    form = ChangeForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _page(request, form, status=400)
    note(**form.cleaned_data)
    messages.success(request, gettext("The change is noted. What it did appears here in a moment."))
    return redirect("changes")


@require_POST
@requires(Permission.DEFINE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a change that was noted by mistake."""
    take_back(get_object_or_404(JourneyChange, pk=pk))
    messages.success(request, gettext("The change is gone from the list."))
    return redirect("changes")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _sheets() -> list[Sheet]:
    structure = load_structure()
    return [change_sheet(change_lines(structure), structure, key="changes")]


def _page(request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
    context = {"page": load_changes(), "form": form, "section": "changes"}
    return render(request, "dashboards/changes/changes.html", context, status=status)
