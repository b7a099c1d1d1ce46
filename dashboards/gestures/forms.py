"""A gesture's words, place, cost and who designed it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.models import Gesture
from journeys.models import Touchpoint
from surveys.followups.amounts import AmountField

_FIELDS = ("name", "description", "touchpoint", "currency", "with_customers", "with_staff", "owner")


class GestureForm(forms.Form):
    """Designed with customers and with staff: at least one of the two is said, as a gesture nobody asked for is a
    guess."""

    name = forms.CharField(label=_("name"), max_length=200)
    description = forms.CharField(label=_("what is done"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    touchpoint: Any = forms.ModelChoiceField(None, label=_("touchpoint"), required=False, empty_label=_("anywhere"))
    cost = AmountField(label=_("cost of one"), help_text=_("Empty where it costs nothing but time."))
    currency = forms.CharField(
        label=_("currency"),
        max_length=3,
        initial="EUR",
        validators=[RegexValidator(r"^[A-Za-z]{3}\Z", _("Use three capital letters, such as EUR."))],
    )
    with_customers = forms.CharField(
        label=_("customers who designed it with us"),
        max_length=300,
        required=False,
        help_text=_("How many and how; no names are needed."),
    )
    with_staff = forms.CharField(label=_("staff who designed it"), max_length=300, required=False)
    owner: Any = MemberChoice(None, label=_("owner"), required=False, empty_label="–")

    def __init__(self, *args: Any, tenant: Tenant, gesture: Gesture | None = None, **kwargs: Any) -> None:
        if gesture:
            kwargs["initial"] = {name: getattr(gesture, name) for name in _FIELDS} | {"cost": gesture.cost}
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.in_use()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("with_customers") or cleaned.get("with_staff") or self.errors):
            raise ValidationError(gettext("Say who designed it: customers, staff, or both."))
        return cleaned
