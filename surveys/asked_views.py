"""Pages of the contact ledger: the calendar of all asks, and what one customer was asked and why not."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys.models import Customer
from journeys.people import customer_of
from surveys.asking import history
from surveys.models import Invitation, Survey, SurveyRound, SurveyTrigger

SPAN = timedelta(days=28)
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
State = Invitation.State
STATES = (State.PLANNED, State.SENT, State.OPENED, State.ANSWERED, State.REFUSED, State.EXPIRED, State.FAILED)


class CalendarForm(forms.Form):
    """Which asks, from which day; what cannot be read is left out and said."""

    start = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    survey: Any = forms.ModelChoiceField(None, label=_("survey"), required=False, empty_label=_("all"))
    trigger: Any = forms.ModelChoiceField(None, label=_("trigger"), required=False, empty_label=_("all"))
    round: Any = forms.ModelChoiceField(None, label=_("survey round"), required=False, empty_label=_("all"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, model in (("survey", Survey), ("trigger", SurveyTrigger), ("round", SurveyRound)):
            self.fields[name].queryset = model.objects.all()  # type: ignore[attr-defined]

    def clean_start(self) -> date | None:
        start: date | None = self.cleaned_data["start"]
        if start and not _FIRST <= start <= _LAST:
            raise forms.ValidationError(gettext("Choose a day between 2000 and 2100."))
        return start


@require_safe
@requires(Permission.DEFINE)
def calendar(request: HttpRequest) -> HttpResponse:
    """Four weeks of asks by day: planned, sent, answered, and why some were not asked."""
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    if sees and (number := request.GET.get("customer", "").replace("\x00", "").strip()):
        found = customer_of(number)
        if found:
            return redirect("asks_customer", found.id)
    else:
        number = ""
    company = request.tenant  # type: ignore[attr-defined]
    form = CalendarForm({name: str(value).replace("\x00", "") for name, value in request.GET.items()})
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    first = chosen.get("start") or timezone.now().astimezone(company.zone).date() - SPAN / 2
    start = datetime.combine(first, time(), company.zone)
    end = datetime.combine(first + SPAN, time(), company.zone)
    ids = {f"{name}_id": chosen[name].pk for name in ("survey", "trigger", "round") if chosen.get(name)}
    days = history.calendar(start=start, end=end, zone=company.timezone, **ids)
    shown = [state for state in STATES if any(day.states.get(state) for day in days)] or [State.PLANNED, State.SENT]
    context = {
        "form": form,
        "first": first,
        "last": first + SPAN - timedelta(days=1),
        "earlier": _address(request, first - SPAN),
        "later": _address(request, first + SPAN),
        "states": [state.label for state in shown],
        "days": [(day, [(state.label, day.states.get(state, 0)) for state in shown]) for day in days],
        "lags": history.lags(start=start, end=end),
        "sees": sees,
        "not_found": number,
        "section": "asks",
    }
    return render(request, "surveys/asks.html", context)


def _address(request: HttpRequest, start: date) -> str:
    query = request.GET.copy()
    query["start"] = start.isoformat()
    query.pop("customer", None)
    return f"?{query.urlencode()}"


@require_safe
@requires(Permission.DEFINE)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Every ask and every skip of a customer, and when they may next be asked. Names for those who see them."""
    found = Customer.objects.filter(id=customer_id).first()
    if found is None:
        raise Http404
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    explained = history.explain(customer_id, now=timezone.now())
    name = (found.name or found.external_id) if sees else gettext("Customer %s") % str(customer_id)[-6:]
    return render(
        request,
        "surveys/asks_customer.html",
        {
            "customer": found,
            "name": name,
            "sees": sees,
            "explained": explained,
            "shown": history.SHOWN,
            "section": "asks",
        },
    )
