"""The page of arrivals: by channel, beside what each cost, with a form for the cost of a month."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.arrivals.costs import EARLIEST
from dashboards.arrivals.figures import arrivals
from dashboards.leadership.views import today_of
from dashboards.models import ChannelCost
from dashboards.periods import next_month, years_before
from dashboards.scope import whole_company
from journeys.models import Channel

MOST_MONTHS = 36


class CostForm(forms.Form):
    channel: Any = forms.ModelChoiceField(None, label=_("channel"))
    month = forms.DateField(
        label=_("month"), input_formats=["%Y-%m"], widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    )
    amount = forms.DecimalField(label=_("amount"), min_value=0, max_digits=14, decimal_places=2, localize=True)
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("currency"),
        initial="EUR",
        error_messages={"invalid": _("Use three capital letters, such as EUR.")},
    )
    source = forms.CharField(label=_("source"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = Channel.objects.in_use()  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if not EARLIEST <= month <= date(2100, 1, 1):
            raise forms.ValidationError(gettext("Choose a month from the year 2000 on."))
        return month

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def arrived(request: HttpRequest) -> HttpResponse:
    """Arrivals by channel over whole months, a year up to now unless asked otherwise."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    return _page(request, CostForm())


@require_POST
@requires(Permission.DEFINE)
def cost(request: HttpRequest) -> HttpResponse:
    """Note what a channel cost in a month."""
    form = CostForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    told = form.cleaned_data
    row = ChannelCost.objects.filter(channel=told["channel"], month=told["month"]).first()
    before = audit.state(row) if row else None
    row = row or ChannelCost(channel=told["channel"], month=told["month"])
    row.amount, row.currency, row.source = told["amount"], told["currency"], told["source"]
    row.save()
    audit.record("changed" if before else "added", row, before=before)
    messages.success(request, gettext("The cost is noted."))
    return redirect("arrivals")


def _page(request: HttpRequest, form: CostForm, status: int = 200) -> HttpResponse:
    today = today_of(request)
    end = _month(request.GET.get("to", ""), today) if request.GET.get("to") else today.replace(day=1)
    end = next_month(end)
    first = _month(request.GET.get("from", ""), years_before(end))
    if not 0 < _between(first, end) <= MOST_MONTHS:
        first = years_before(end)
    context = {
        "page": arrivals(first=first, end=end),
        "first": first,
        "last": _before(end),
        "form": form,
        "section": "journeys",
    }
    return render(request, "dashboards/arrivals.html", context, status=status)


def _month(text: str, otherwise: date) -> date:
    try:
        month = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return otherwise.replace(day=1)
    return month if EARLIEST <= month < date(2100, 1, 1) else otherwise.replace(day=1)


def _between(first: date, end: date) -> int:
    return (end.year - first.year) * 12 + end.month - first.month


def _before(month: date) -> date:
    return month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)
