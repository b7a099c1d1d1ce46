"""When the company works."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from journeys.business_hours import business_hours
from journeys.conditions import BadDefinition
from journeys.models.structure import Definition


class Calendar(Definition):
    """When the company works: hours by weekday, public holidays of a country, and days of its own.

    Each day is judged by what held on it: `earlier` is what did before (`journeys.business_hours.kept_earlier`).
    """

    # {"mon": [["08:00", "16:00"]], ...}
    hours: Any = models.JSONField(_("opening hours"), default=dict)
    country = models.CharField(_("holidays of country"), max_length=2, blank=True, default="FI")
    closed_days: Any = models.JSONField(_("other closed days"), default=list, blank=True)
    earlier: Any = models.JSONField(_("what held before"), default=list, blank=True, editable=False)

    class Meta(Definition.Meta):
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def clean(self) -> None:
        """Refuse hours and days that could not be read, at the field to mend."""
        try:
            business_hours(zone="UTC", hours=self.hours, country=self.country, closed_days=self.closed_days)
        except BadDefinition as error:
            raise ValidationError({error.field: str(error)}) from error
