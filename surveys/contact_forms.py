"""How staff say who is asked when: weekdays and roles ticked, ways to ask by preference, time in units."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from cxplatform.tenancy import units
from cxplatform.tenancy.editing import TenantForm
from cxplatform.tenancy.roles import Role
from journeys.editing import DefinitionForm
from journeys.models import Customer
from surveys.models import ContactRule, Survey, SurveyRound, SurveyTrigger

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
WAYS = [
    ("email,sms", _("e-mail, else a text message")),
    ("sms,email", _("text message, else an e-mail")),
    ("email", _("e-mail only")),
    ("sms", _("text message only")),
    ("ivr", _("phone call only")),
    ("link", _("personal link, handed over by an integration")),
]


class Unit(TextChoices):
    MINUTES = "1", _("minutes")
    HOURS = "60", _("hours")
    DAYS = "1440", _("days")


def _select(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


class WaysMixin:
    """`ways` stands for the model's list of methods."""

    def _read_ways(self, form: Any) -> None:
        used = ",".join(form.instance.methods or [])
        if used and used not in dict(WAYS):
            form.fields["ways"].choices = [*WAYS, (used, used)]
        form.initial.setdefault("ways", used or WAYS[0][0])


class RuleForm(TenantForm):
    kind = forms.ChoiceField(label=capfirst(_("kind of survey")), required=False, widget=UnfoldAdminSelectWidget)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays on which one may ask"),
        choices=WEEKDAYS,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": _("Choose at least one weekday.")},
    )

    class Meta:
        model = ContactRule
        fields = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("all kinds")), *Survey.Kind.choices]  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        import holidays

        country = str(self.cleaned_data["country"]).strip().upper()
        if country and country not in holidays.list_supported_countries(include_aliases=False):
            raise ValidationError(
                gettext("No holidays are known for “%s”. Use two letters, like FI, or leave it empty.") % country
            )
        return country


class TriggerForm(WaysMixin, DefinitionForm):
    ways = _select(_("Ways to ask"), WAYS)
    delay = forms.IntegerField(
        label=_("Asked after"), min_value=0, max_value=1_051_200, initial=0, widget=UnfoldAdminIntegerFieldWidget
    )
    delay_unit = _select(_("Unit of time"), Unit.choices)

    shown_as = {"methods": "ways", "delay_minutes": "delay"}

    class Meta:
        model = SurveyTrigger
        fields = ("name", "slug")  # the page names the others: a choice of definitions needs a tenant

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_ways(self)
        minutes = self.instance.delay_minutes or 0
        unit = next((n for n in (1440, 60) if minutes and minutes % n == 0), 1)
        self.initial.setdefault("delay", minutes // unit)
        self.initial.setdefault("delay_unit", str(unit))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("ways"):
            self.instance.methods = cleaned["ways"].split(",")
        if cleaned.get("delay") is not None and cleaned.get("delay_unit"):
            minutes = cleaned["delay"] * int(cleaned["delay_unit"])
            if minutes > 60 * 24 * 730:
                self.add_error("delay", gettext("Ask within two years of the event."))
            else:
                self.instance.delay_minutes = minutes
        if cleaned.get("property_value") and not cleaned.get("property_name"):
            self.add_error("property_name", gettext("Say which property has this value."))
        if cleaned.get("unless_type") and cleaned["unless_type"] == cleaned.get("event_type"):
            self.add_error("unless_type", gettext("Choose another event than the one that triggers."))
        return cleaned


class RoundForm(WaysMixin, DefinitionForm):
    ways = _select(_("Ways to ask"), WAYS)
    values_text = forms.CharField(
        label=_("Values of the dimension"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("One to a line: those customers are drawn from who have one of these."),
    )
    customers_text = forms.CharField(
        label=_("Customer numbers"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Paste the list: one to a line, or separated by commas."),
    )
    roles = forms.MultipleChoiceField(
        label=capfirst(_("roles")), choices=Role.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    unit_ids = forms.TypedMultipleChoiceField(
        label=capfirst(_("units")),
        coerce=int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Staff of these units; none ticked = of all."),
    )

    shown_as = {"methods": "ways", "values": "values_text", "customers": "customers_text"}

    class Meta:
        model = SurveyRound
        fields = ("name", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ways" not in self.fields:  # read only
            return
        self._read_ways(self)
        self.fields["unit_ids"].choices = units.choices()  # type: ignore[attr-defined]
        self.initial.setdefault("values_text", "\n".join(self.instance.values or []))
        self.initial.setdefault("customers_text", "\n".join(self.instance.customers or []))

    def clean_customers_text(self) -> list[str]:
        numbers = [part.strip() for part in re.split(r"[\n,;]", self.cleaned_data["customers_text"])]
        numbers = list(dict.fromkeys(filter(None, numbers)))
        if any(len(number) > 200 for number in numbers):
            raise ValidationError(gettext("A customer number has at most 200 signs. Separate them by line breaks."))
        known = set(Customer.objects.filter(external_id__in=numbers).values_list("external_id", flat=True))
        missing = [number for number in numbers if number not in known]
        if missing:
            shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            raise ValidationError(gettext("No customer has these numbers: %s. Mend or remove them.") % shown)
        return numbers

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        who, survey = cleaned.get("who"), cleaned.get("survey")
        if cleaned.get("ways"):
            self.instance.methods = cleaned["ways"].split(",")
        values = [line.strip() for line in str(cleaned.get("values_text", "")).splitlines() if line.strip()]
        if any(len(value) > 200 for value in values):
            self.add_error("values_text", gettext("A value has at most 200 signs."))
        else:
            self.instance.values = values
        if "customers_text" in cleaned:
            self.instance.customers = cleaned["customers_text"]
        if who == SurveyRound.Who.DIMENSION and not cleaned.get("dimension"):
            self.add_error("dimension", gettext("Choose the dimension."))
        if who == SurveyRound.Who.DIMENSION and not values:
            self.add_error("values_text", gettext("Write at least one value."))
        if who == SurveyRound.Who.LISTED and "customers_text" in cleaned and not cleaned["customers_text"]:
            self.add_error("customers_text", gettext("Paste the customer numbers."))
        if who == SurveyRound.Who.STAFF and not cleaned.get("roles"):
            self.add_error("roles", gettext("Choose at least one role."))
        if survey and who and (who == SurveyRound.Who.STAFF) != (survey.audience == "employee"):
            self.add_error(
                "who",
                gettext("This survey is asked of employees.")
                if survey.audience == "employee"
                else gettext("This survey is asked of customers."),
            )
        return cleaned
