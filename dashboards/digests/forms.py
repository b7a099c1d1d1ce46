"""What a member asks to be sent."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dashboards.leadership.segments import SegmentGroup
from dashboards.models import DigestChoice
from dashboards.structure import Structure


class DigestForm(forms.Form):
    """A new digest. `own_units` leaves out "all customers": the member's view is limited to their units."""

    kind = forms.ChoiceField(label=_("Digest"), choices=DigestChoice.Kind.choices)
    weekday = forms.TypedChoiceField(
        label=_("A weekly one on"),
        choices=[(number + 1, capfirst(name)) for number, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
        empty_value="1",
    )
    month_day = forms.TypedChoiceField(
        label=_("A monthly one on day"),
        choices=[(day, day) for day in range(1, 29)],
        coerce=int,
        required=False,
        empty_value="1",
    )
    journey = forms.ChoiceField(label=_("Journey"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    segment = forms.ChoiceField(label=_("Customers"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(
        self, *args: Any, structure: Structure, segments: Iterable[SegmentGroup], own_units: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everybody = [] if own_units else [("", _("all customers"))]
        journeys, channels = structure.journeys, structure.channels.values()
        self._choices("journey", [("", _("all journeys")), *((each.slug, each.name) for each in journeys)])
        self._choices("channel", [("", _("all channels")), *((each.slug, each.name) for each in channels)])
        self._choices("segment", [*everybody, *((group.name, list(group.options)) for group in segments)])
        self._choices("language", [("", _("my own")), *settings.LANGUAGES])

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def weekly(self) -> bool:
        return bool(self.cleaned_data["kind"] == DigestChoice.Kind.HUDDLE)

    @property
    def day(self) -> int:
        """The weekday of a weekly one, the day of the month of a monthly one."""
        return int(self.cleaned_data["weekday" if self.weekly else "month_day"])
