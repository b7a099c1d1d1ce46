"""The forms of a round: opening it, and answering it."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Role
from dashboards.models import Round, RoundAnswer
from dashboards.plan.asked import BARRIERS, MOST_BARRIERS, statements, steps
from dashboards.plan.results import OWN
from journeys.models import Unit

LONGEST = 92
_GROUPS = {
    Role.VIEWER: RoundAnswer.Group.MANAGEMENT,
    Role.UNIT_MANAGER: RoundAnswer.Group.SUPERVISORS,
    Role.CX_LEAD: RoundAnswer.Group.SPECIALISTS,
    Role.ADMIN: RoundAnswer.Group.SPECIALISTS,
}


class OpenForm(forms.Form):
    """A round to open; `today` bounds its last day."""

    name = forms.CharField(label=_("name"), max_length=100)
    closes_on = forms.DateField(
        label=_("open until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    roles = forms.MultipleChoiceField(
        label=_("who are asked"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, initial=Role.values
    )
    outside = forms.BooleanField(label=_("a link for people outside the company too"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_closes_on(self) -> date:
        day: date = self.cleaned_data["closes_on"]
        if not 0 <= (day - self.today).days <= LONGEST:
            raise forms.ValidationError(gettext("Choose a day from today on, at most three months ahead."))
        return day


class AnswerForm(forms.Form):
    """What one respondent answers; `member` None is somebody outside the company.

    `rows` are the statements with their fields, for the template. After validation `answers` are {item: value}.
    """

    other = forms.CharField(label=_("Something else? In your own words"), required=False, max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, round_: Round, member: Membership | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.member = round_.kind, member
        self.steps = steps(round_.kind)
        self.initial["key"] = str(uuid.uuid4())
        self.items = [key for key, _words in statements(round_.kind)]
        for key, words in statements(round_.kind):
            self.fields[key] = forms.TypedChoiceField(
                label=str(words),
                choices=[(str(step), str(step)) for step in range(1, self.steps + 1)],
                coerce=int,
                empty_value=None,
                required=round_.kind == Round.Kind.LEEWAY,
                widget=forms.RadioSelect,
            )
        if round_.kind == Round.Kind.BARRIERS:
            self.fields["chosen"] = forms.MultipleChoiceField(
                label=_("What stands in the way of serving customers well? Choose three at most."),
                choices=BARRIERS,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        else:
            del self.fields["other"]
        if member:
            self._about(member)

    def _about(self, member: Membership) -> None:
        self.fields["group"] = forms.ChoiceField(
            label=_("I answer as"), choices=[(group.value, group.label) for group in OWN], widget=forms.RadioSelect
        )
        self.initial["group"] = _GROUPS.get(Role(member.role), RoundAnswer.Group.FRONTLINE).value
        units = Unit.objects.in_use().order_by("name")
        if self.kind == Round.Kind.LEEWAY and units:
            field: Any = forms.ModelChoiceField(units, label=_("unit"), required=False, empty_label="–")
            self.fields["unit"] = field
            if len(member.unit_ids) == 1:
                self.initial["unit"] = member.unit_ids[0]

    @property
    def rows(self) -> list[Any]:
        return [self[key] for key in self.items]

    def clean_chosen(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["chosen"]
        if len(chosen) > MOST_BARRIERS:
            raise forms.ValidationError(gettext("Choose three at most: those that matter most."))
        return chosen

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.answers = {key: told[key] for key in self.items if told.get(key) is not None}
        self.answers |= dict.fromkeys(told.get("chosen", []), 1)
        if not self.errors and not self.answers and not told.get("other"):
            raise forms.ValidationError(gettext("Answer something first."))
        return told
