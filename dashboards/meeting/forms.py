"""The form of a decision."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.forms import Day
from cxplatform.tenancy.models import Tenant, User
from dashboards.models import Decision

AHEAD = timedelta(days=366 * 3)


class DecisionForm(forms.Form):
    """What is decided, who does it, and by when. One stands at each step, hence ids by the step's name."""

    text = forms.CharField(label=_("Decision"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label="")
    due = Day(label=_("Due date"))

    def __init__(self, *args: Any, tenant: Tenant, today: date, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{step}-%s", "initial": {"due": today + timedelta(days=14)}, **kwargs})
        self.today, self.step = today, step
        members = User.objects.filter(memberships__tenant=tenant)
        self.fields["owner"].queryset = members.order_by("first_name", "last_name", "email")  # type: ignore[attr-defined]

    def clean_due(self) -> date:
        due: date = self.cleaned_data["due"]
        if due < self.today:
            raise ValidationError(_("This day is past. Choose a later one."))
        if due > self.today + AHEAD:
            raise ValidationError(_("This is over three years ahead. Choose an earlier day."))
        return due


class ItemForm(forms.Form):
    """What somebody wants the next meeting to talk about."""

    text = forms.CharField(label=_("What to talk about"), max_length=500)


class SettleForm(forms.Form):
    """Whether a decision was done."""

    state = forms.ChoiceField(choices=Decision.State.choices)
