"""How staff write calendars and rules: hours by weekday, deadlines in hours and minutes, conditions in signs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from cxplatform.tenancy.editing import TenantForm
from journeys.conditions import BadDefinition
from journeys.editing import DefinitionForm
from journeys.spans import read_spans, write_spans
from journeys.written import read_value, write_value
from promises.judging.calendar import WEEKDAYS, known_countries
from promises.models import Calendar, Rule
from promises.written import read_days, write_days

# What the other kind of rule is measured by, emptied when the kind changes.
_OF_DEADLINE: dict[str, Any] = {
    "opening_type": "",
    "duration_minutes": None,
    "calendar": None,
    "due_property": "",
    "closed_property": "",
}
_OF_CONDITION: dict[str, Any] = {"property": "", "operator": "", "value": None}


def countries() -> list[tuple[str, str]]:
    """(code, name in the reader's language), by name; first none."""
    from babel import Locale

    names = Locale.parse(get_language() or "en", sep="-").territories
    named = sorted((names.get(code, code), code) for code in known_countries())
    return [("", str(_("No public holidays"))), *((code, name) for name, code in named)]


def _weekday(number: int) -> forms.CharField:
    return forms.CharField(
        label=WEEKDAY_NAMES[number],
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("closed")}),
        help_text=_("Like 8-16 or 08:00-12:00, 13:00-17:00. Empty = closed.") if number == 0 else "",
    )


class CalendarForm(DefinitionForm):
    shown_as = {"hours": "mon", "closed_days": "days"}

    mon, tue, wed, thu, fri, sat, sun = map(_weekday, range(7))
    country = forms.ChoiceField(label=_("Closed on public holidays of"), required=False, widget=UnfoldAdminSelectWidget)
    days = forms.CharField(
        label=_("Other closed days"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "placeholder": "24.12.2026"}),
        help_text=_("One day to a line, like 24.12.2026."),
    )

    class Meta:
        model = Calendar
        fields = ("name", "slug", "description", "country")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.instance.hours = {day: [["08:00", "16:00"]] for day in WEEKDAYS[:5]}
        for day in WEEKDAYS:
            self.initial.setdefault(day, write_spans((self.instance.hours or {}).get(day) or []))
        self.initial.setdefault("days", write_days(self.instance.closed_days or []))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        hours = {day: ranges for day in WEEKDAYS if (ranges := self._read(day, read_spans, cleaned.get(day, "")))}
        if not hours:
            if not self.errors:
                self.add_error("mon", ValidationError(_("Give the hours of at least one day.")))
            hours = {"mon": [["08:00", "16:00"]]}  # refused already: the model would say it again, about its JSON
        self.instance.hours = hours
        self.instance.closed_days = self._read("days", read_days, cleaned.get("days", ""))
        return cleaned

    def _read(self, field: str, read: Any, text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            self.add_error(field, ValidationError(str(error)))
            return []


class RuleForm(TenantForm):
    shown_as = {"duration_minutes": "minutes"}

    hours = forms.IntegerField(
        label=_("Within, hours"), required=False, min_value=0, max_value=43_000, widget=UnfoldAdminIntegerFieldWidget
    )
    minutes = forms.IntegerField(
        label=_("and minutes"), required=False, min_value=0, max_value=59, widget=UnfoldAdminIntegerFieldWidget
    )
    value = forms.CharField(
        label=_("Value"),
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "A text, a number, true or false. For “one of” one value to a line; for several tests one to a line,"
            " like reopen_count = 0."
        ),
    )

    class Meta:
        model = Rule
        # References are added by the admin's fieldsets, when a tenant is there to choose from.
        fields = (
            "part", "wording", "kind", "target", "match", "opening_type", "closing_type", "due_property",
            "closed_property", "property", "operator", "excluded_property", "position",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes = self.instance.duration_minutes
        if minutes is not None:
            self.initial.update(hours=minutes // 60, minutes=minutes % 60)
        self.initial["value"] = write_value(self.instance.operator, self.instance.value)
        self.fields["position"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        hours, minutes = cleaned.get("hours"), cleaned.get("minutes")
        total = None if hours is None and minutes is None else (hours or 0) * 60 + (minutes or 0)
        deadline = cleaned.get("kind") == Rule.Kind.DEADLINE
        self.instance.duration_minutes = total if deadline else None
        try:
            cleaned["value"] = read_value(cleaned.get("operator", ""), cleaned.get("value", ""))
        except BadDefinition as error:
            self.add_error("value", ValidationError(str(error)))
        for name, nothing in (_OF_CONDITION if deadline else _OF_DEADLINE).items():
            setattr(self.instance, name, nothing)
            if name in cleaned:
                cleaned[name] = nothing
        cleaned["position"] = cleaned.get("position") or 0
        return cleaned
