"""How staff write calendars: hours by weekday, days one to a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from journeys.business_hours import EARLIEST, WEEKDAYS, YEAR, kept_earlier, known_countries
from journeys.editing import DefinitionForm
from journeys.models import Calendar
from journeys.spans import read_spans, write_spans
from promises.written import read_days, write_days


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
    since = forms.DateField(
        label=_("Hours in force from"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=_(
            "Days before it are judged by the hours that held then. An earlier day mends hours that were wrong; empty ="
            " from today."
        ),
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
        self._keep_earlier(hours, cleaned)
        self.instance.hours = hours
        self.instance.closed_days = self._read("days", read_days, cleaned.get("days", ""))
        return cleaned

    def _keep_earlier(self, hours: dict[str, Any], cleaned: dict[str, Any]) -> None:
        was = Calendar.objects.filter(pk=self.instance.pk).first()
        if was is None or (was.hours, was.country) == (hours, cleaned.get("country", "")):
            return
        today = timezone.localdate(timezone=was.tenant.zone)
        since = cleaned.get("since") or today
        if not EARLIEST <= since <= today + YEAR:
            self.add_error("since", ValidationError(_("Choose a day from the year 2000 to a year ahead.")))
        self.instance.earlier = kept_earlier(was.earlier, hours=was.hours, country=was.country, since=since)

    def _read(self, field: str, read: Any, text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            self.add_error(field, ValidationError(str(error)))
            return []
