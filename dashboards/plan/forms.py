"""The forms of the plan."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.models import PlanArea, PlanStep
from dashboards.plan.months import later, months_of
from dashboards.plan.write import Step

BLANK_ROWS = 2
MOST_STEPS = 40
_AHEAD = 12


class BeginForm(forms.Form):
    """From which month a plan runs: of the year behind or ahead of `today`."""

    start = forms.ChoiceField(label=_("first month"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [later(today, by) for by in range(-_AHEAD, _AHEAD + 1)]
        self.fields["start"].choices = [_choice(month) for month in months]  # type: ignore[attr-defined]
        self.initial.setdefault("start", later(today, 1).isoformat())

    def clean_start(self) -> date:
        return date.fromisoformat(self.cleaned_data["start"])


class AreaForm(forms.Form):
    present = forms.CharField(
        label=_("present state"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    goal = forms.CharField(label=_("goal"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    owner: Any = MemberChoice(None, label=_("owner"), required=False, empty_label="–")

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = members_of(tenant)
        owner.choices = list(owner.choices)  # read once, also for the forms of the steps


class StepForm(forms.Form):
    """A step's row. One without words is none: an old one is then removed."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)
    what = forms.CharField(label=_("what is done"), required=False, max_length=300)
    first = forms.ChoiceField(label=_("begins"))
    last = forms.ChoiceField(label=_("ends"))
    state = forms.ChoiceField(label=_("state"), choices=PlanStep.State.choices)
    owner: Any = MemberChoice(None, label=_("owner"), required=False, empty_label="–")

    def __init__(self, *args: Any, people: AreaForm, months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours, theirs = self.fields["owner"], people.fields["owner"]
        ours.queryset = theirs.queryset  # type: ignore[attr-defined]
        ours.choices = theirs.choices  # type: ignore[attr-defined]
        for name in ("first", "last"):
            self.fields[name].choices = months  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("first", ""), told.get("last", "")
        if told.get("what") and first and last and last < first:
            self.add_error("last", gettext("It ends before it begins. Choose the same month or a later one."))
        return told

    def step(self) -> Step:
        told = self.cleaned_data
        return Step(
            pk=told["pk"],
            what=told["what"],
            first=date.fromisoformat(told["first"]),
            last=date.fromisoformat(told["last"]),
            state=told["state"],
            owner=told["owner"],
        )


class _Steps(forms.BaseFormSet):  # type: ignore[type-arg]
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "use_required_attribute": False}


StepForms = forms.formset_factory(
    StepForm, formset=_Steps, extra=BLANK_ROWS, max_num=MOST_STEPS, absolute_max=MOST_STEPS, validate_max=True
)


def area_forms(area: PlanArea, *, tenant: Tenant, today: date, data: Any = None) -> tuple[AreaForm, Any]:
    """The form of an area and the forms of its steps, with what is known filled in."""
    months = months_of(area.plan.start)
    this = min(max(date(today.year, today.month, 1), months[0]), months[-1]).isoformat()
    form = AreaForm(data, tenant=tenant, initial={"present": area.present, "goal": area.goal, "owner": area.owner_id})
    steps = StepForms(
        data,
        prefix="steps",
        initial=[
            {
                "pk": step.pk,
                "what": step.what,
                "first": step.first.isoformat(),
                "last": step.last.isoformat(),
                "state": step.state,
                "owner": step.owner_id,
            }
            for step in area.steps.all()
        ],
        form_kwargs={"people": form, "months": [_choice(month) for month in months]},
    )
    if data is None:
        for blank in steps.extra_forms:
            blank.initial = {"first": this, "last": this}
    return form, steps


def _choice(month: date) -> tuple[str, str]:
    return month.isoformat(), date_format(month, "n/Y")
