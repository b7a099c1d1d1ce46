"""What people write down of a focus theme, and of what a customer is worth."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant, User
from dashboards.models import FocusTheme
from journeys.models import Touchpoint

FURTHEST = 366
_DAY = {"type": "date"}


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.email


class ThemeForm(forms.Form):
    """Title, owner and due day of a theme; `today` bounds the day."""

    title = forms.CharField(label=_("theme"), max_length=200)
    owner: Any = MemberChoice(None, label=_("owner"), empty_label=None)
    due_on = forms.DateField(label=_("due day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, tenant: Tenant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if not 0 <= (day - self.today).days <= FURTHEST:
            raise forms.ValidationError(gettext("Choose a day from today on, at most a year ahead."))
        return day


class ChooseForm(ThemeForm):
    touchpoint: Any = forms.ModelChoiceField(None, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.in_use()  # type: ignore[attr-defined]


class EndForm(forms.Form):
    outcome = forms.ChoiceField(label=_("outcome"), choices=FocusTheme.Outcome.choices)
    result = forms.CharField(label=_("what came of it"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))


class WorthForm(forms.Form):
    amount = forms.DecimalField(label=_("amount"), min_value=0, max_digits=12, decimal_places=2, localize=True)
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("currency"),
        initial="EUR",
        error_messages={"invalid": _("Use three capital letters, such as EUR.")},
    )
    known_on = forms.DateField(label=_("known on"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    source = forms.CharField(label=_("source"), max_length=100)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_known_on(self) -> date:
        day: date = self.cleaned_data["known_on"]
        if not date(2000, 1, 1) <= day <= self.today:
            raise forms.ValidationError(gettext("Choose a day from the year 2000 on, today at the latest."))
        return day


def members_of(tenant: Tenant) -> Any:
    """The company's people, by name."""
    return User.objects.filter(memberships__tenant=tenant).order_by("first_name", "last_name", "email")
