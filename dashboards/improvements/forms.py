"""What people write down of an improvement."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.forms import Day
from cxplatform.tenancy.models import Tenant
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.models import Improvement, KpiSeries
from journeys.models import Touchpoint

AHEAD = timedelta(days=366 * 3)


class _Members(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.email


class _Bounded(forms.Form):
    """`today` bounds days, `tenant` gives the people."""

    def __init__(self, *args: Any, tenant: Tenant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if "owner" in self.fields:
            self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]

    def clean_due(self) -> date | None:
        due: date | None = self.cleaned_data["due"]
        if due and due > self.today + AHEAD:
            raise ValidationError(_("This is over three years ahead. Choose an earlier day."))
        return due


class ImprovementForm(_Bounded):
    """An improvement's own words, place, owner and days."""

    title = forms.CharField(label=_("What is improved"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Improvement.Kind.choices)
    touchpoint: Any = forms.ModelChoiceField(None, label=_("Touchpoint"), required=False, empty_label="–")
    owner: Any = MemberChoice(None, label=_("Owner"), required=False, empty_label="–")
    signal_on = Day(label=_("First signal"), required=False, help_text=_("The first day of the problem."))
    due = Day(label=_("Due date"), required=False)
    why = forms.CharField(label=_("Why"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.in_use()  # type: ignore[attr-defined]

    def clean_signal_on(self) -> date | None:
        day: date | None = self.cleaned_data["signal_on"]
        if day and day > self.today:
            raise ValidationError(_("This day is ahead. A signal was seen today at the latest."))
        return day


class ActionForm(_Bounded):
    """One thing to do."""

    text = forms.CharField(label=_("What is to be done"), max_length=500)
    owner: Any = MemberChoice(None, label=_("Who"), required=False, empty_label="–")
    due = Day(label=_("Due date"), required=False)


class DoneForm(_Bounded):
    """From which day customers meet it, and as what the change is noted."""

    what = forms.CharField(label=_("What was changed"), max_length=200)
    day = Day(label=_("From which day customers meet it"))
    result = forms.CharField(
        label=_("What we learned"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("This day is ahead. Note a change on the day customers meet it."))
        return day


class TeamForm(_Bounded):
    """Who is on the team, and which of the company's own figures it watches."""

    people = _Members(None, label=_("Team"), required=False, widget=forms.CheckboxSelectMultiple)
    watched: Any = forms.ModelMultipleChoiceField(
        None,
        label=_("Figures beside it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Such as turnover or income: shown before and after, never as a cause."),
    )

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, tenant=tenant, **kwargs)
        self.fields["people"].queryset = members_of(tenant)  # type: ignore[attr-defined]
        self.fields["watched"].queryset = KpiSeries.objects.all()  # type: ignore[attr-defined]


class DropForm(forms.Form):
    why = forms.CharField(label=_("Why it is let go"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
