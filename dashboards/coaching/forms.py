"""The form of a coaching talk."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.forms import Day
from cxplatform.tenancy.models import Tenant, User
from dashboards.focus.forms import MemberChoice, members_of

AHEAD = timedelta(days=366)
EARLIEST = date(2000, 1, 1)
"""As the form's own field takes it; an older day would open in no form again."""


class TalkForm(forms.Form):
    """`coach` is who writes: nobody coaches themselves."""

    coached: Any = MemberChoice(None, label=_("With whom"), empty_label="")
    day = Day(label=_("Day"))
    next_on = Day(label=_("Next time"), required=False)
    about = forms.CharField(label=_("What about"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    agreed = forms.CharField(
        label=_("What was agreed"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, tenant: Tenant, coach: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"day": today}, **kwargs})
        self.today = today
        self.fields["coached"].queryset = members_of(tenant).exclude(pk=coach.pk)  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("This day is ahead. Write a talk down once it was held."))
        return day

    def clean_next_on(self) -> date | None:
        day: date | None = self.cleaned_data["next_on"]
        if day and not self.today <= day <= self.today + AHEAD:
            raise ValidationError(_("Choose a day from today on, at most a year ahead."))
        return day
