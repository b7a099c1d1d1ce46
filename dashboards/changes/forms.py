"""The form of a change."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.models import JourneyChange
from journeys.models import Journey, JourneyVersion, Stage, Touchpoint

EARLIEST = date(2000, 1, 1)
PLACES = ("touchpoint", "stage", "journey")


class StageField(forms.ModelChoiceField):
    """Stages by their journey too, as the same names recur in each."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.journey.name})"


class ChangeForm(forms.Form):
    """`today` bounds the day: a change that customers have not met yet is a plan."""

    day = forms.DateField(
        label=_("day"),
        help_text=_("From which day customers met it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    what = forms.CharField(label=_("what was changed"), max_length=200)
    touchpoint: Any = forms.ModelChoiceField(None, label=_("touchpoint"), required=False, empty_label="–")
    stage: Any = StageField(None, label=_("stage"), required=False, empty_label="–")
    journey: Any = forms.ModelChoiceField(None, label=_("journey"), required=False, empty_label="–")
    made_by = forms.CharField(label=_("by whom"), max_length=200, required=False)
    version: Any = forms.ModelChoiceField(None, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        stages = Stage.objects.in_use().select_related("journey").order_by("journey__position", "position", "id")
        for name, queryset in (
            ("touchpoint", Touchpoint.objects.in_use()),
            ("stage", stages),
            ("journey", Journey.objects.in_use()),
            ("version", JourneyVersion.objects.all()),
        ):
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(gettext("This day is ahead. Note a change on the day customers meet it."))
        if day < EARLIEST:
            raise forms.ValidationError(gettext("Choose a day from the year 2000 on."))
        return day

    def clean_version(self) -> JourneyVersion | None:
        version: JourneyVersion | None = self.cleaned_data["version"]
        if version and JourneyChange.objects.filter(version=version).exists():
            raise forms.ValidationError(gettext("This version is noted as a change already."))
        return version

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if sum(bool(given.get(place)) for place in PLACES) > 1:
            raise forms.ValidationError(gettext("Choose one place: a touchpoint, a stage or a journey."))
        return given


def offered(version: JourneyVersion) -> dict[str, Any]:
    """A version of a journey as the beginning of a change."""
    return {
        "day": version.valid_from.date(),
        "what": (version.note or gettext("New version of the journey")).splitlines()[0][:200],
        "journey": version.journey_id,  # type: ignore[attr-defined]
        "made_by": version.made_by[:200],
        "version": version.pk,
    }
