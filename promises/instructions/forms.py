"""How instructions are written and training is noted."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.roles import Role
from journeys.models import Touchpoint, Unit
from promises.instructions.concern import Person
from promises.models import Instruction

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InstructionForm(forms.Form):
    """The fields of an instruction; changed words are a new version."""

    role = forms.CharField(
        label=_("Role"), max_length=100, help_text=_("What the work is called, like fitter or cashier.")
    )
    wording = forms.CharField(
        label=_("Instruction"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What to do, so that the promise is kept. Changed words are acknowledged anew."),
    )
    audience = forms.ChoiceField(
        label=_("For members who are"),
        required=False,
        choices=[("", _("anybody")), *Role.choices],
    )
    unit: Any = forms.ModelChoiceField(None, label=_("Of unit"), required=False, empty_label=_("every unit"))
    touchpoint: Any = forms.ModelChoiceField(
        None,
        label=_("Touchpoint"),
        required=False,
        empty_label=_("none"),
        help_text=_("The instruction is shown on its page."),
    )
    training = forms.CharField(
        label=_("Training it takes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty = none."),
    )

    def __init__(self, *args: Any, instruction: Instruction | None = None, **kwargs: Any) -> None:
        if instruction:
            kwargs["initial"] = {name: getattr(instruction, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        for name, model in (("unit", Unit), ("touchpoint", Touchpoint)):
            chosen = getattr(instruction, f"{name}_id", None)
            rows = model.objects.in_use() | model.objects.filter(pk=chosen)  # type: ignore[attr-defined]
            self.fields[name].queryset = rows.order_by("name")  # type: ignore[attr-defined]


class TrainingForm(forms.Form):
    """Who of those concerned was trained, and when."""

    members = forms.MultipleChoiceField(label=_("Who"), widget=forms.CheckboxSelectMultiple)
    done_on = forms.DateField(label=_("Trained on"), widget=DAY)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [(str(each.member.user_id), str(each.member.user)) for each in people]  # type: ignore[attr-defined]
        self.fields["done_on"].initial = timezone.localdate()

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("Training is noted when it is done. Choose today or an earlier day."))
        return day
