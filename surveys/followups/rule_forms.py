"""How a rule is written: what it is of, who answers, and by when, in the open hours of a calendar."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.models import modelform_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.editing import TenantForm
from cxplatform.tenancy.models import User
from cxplatform.tenancy.roles import PERMISSIONS, Permission, Role
from surveys.followups import owners, setting
from surveys.followups.amounts import AmountField
from surveys.models import Cause, EmpowermentLimit, FollowUpRule, FollowUpSetting

_MOST_HOURS = 10_000
FIELDS = (
    "cause",
    "name",
    "survey",
    "touchpoint",
    "event_type",
    "promise",
    "dimension",
    "value",
    "owner_by",
    "owner",
    "backup",
    "calendar",
    "contact_hours",
    "fix_hours",
    "active",
    "thanks",
    "asks_again",
)
_LABELS: dict[str, Any] = {"value": _("Group")}
_HELP: dict[str, Any] = {
    "event_type": _("Of a complaint: the type of the event that tells of it. Empty = complaint.received."),
    "promise": _("Of a broken promise: its identifier. Empty = every promise."),
    "value": _("With a dimension: the group, such as the most valuable customers."),
    "calendar": _("Whose open hours are counted. Empty = round the clock."),
    "backup": _("Has it where the owner is not here, and hears when it is late."),
}


def _hours(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.1"),
        max_value=_MOST_HOURS,
        max_digits=7,
        decimal_places=2,
        localize=True,
        help_text=_("Hours the company is open."),
    )


class RuleForm(TenantForm):
    """A rule; its times in hours, stored as minutes."""

    contact_hours = _hours(_("Contact within, hours"))
    fix_hours = _hours(_("Solved within, hours"))

    field_order = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rule = kwargs.get("instance")
        if rule is not None:
            times = {name: (getattr(rule, f"{name}_minutes") / Decimal(60)).normalize() for name in ("contact", "fix")}
            kwargs["initial"] = {f"{name}_hours": value for name, value in times.items()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        able = User.objects.filter(pk__in=[user.pk for user in owners.able()]).order_by("first_name", "last_name")
        for name in ("owner", "backup"):
            self.fields[name].queryset = able  # type: ignore[attr-defined]
        for name, empty in (("survey", _("all surveys")), ("touchpoint", _("all touchpoints")),
                            ("dimension", _("all customers")), ("calendar", _("round the clock")),
                            ("owner", _("nobody in particular")), ("backup", _("nobody in particular"))):  # fmt: skip
            self.fields[name].empty_label = empty  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("owner_by") == FollowUpRule.OwnerBy.PERSON and not said.get("owner"):
            self.add_error("owner", gettext("Choose the person who answers for these."))
        if said.get("dimension") and not said.get("value"):
            self.add_error("value", gettext("Write which group of the dimension it is of."))
        self._drop(said)
        contact, fix = said.get("contact_hours"), said.get("fix_hours")
        if contact and fix and contact > fix:
            self.add_error("fix_hours", gettext("Solving may not be due before the first contact."))
        for name in ("contact", "fix"):
            if hours := said.get(f"{name}_hours"):
                setattr(self.instance, f"{name}_minutes", max(1, round(hours * 60)))
        return said

    def _drop(self, said: dict[str, Any]) -> None:
        """What the form does not ask for with this cause or choice does not narrow either."""
        cause = said.get("cause")
        asked = {
            "event_type": cause == Cause.COMPLAINT,
            "promise": cause == Cause.BROKEN_PROMISE,
            "survey": cause not in (Cause.COMPLAINT, Cause.BROKEN_PROMISE, Cause.BY_HAND),
            "value": bool(said.get("dimension")),
            "owner": said.get("owner_by") == FollowUpRule.OwnerBy.PERSON,
        }
        for name, is_asked in asked.items():
            if not is_asked:
                said[name] = None if name in ("survey", "owner") else ""


def rule_form(instance: FollowUpRule, sent: Any = None) -> RuleForm:
    """The form of a rule of the active tenant; made when asked for, as its choices are the tenant's."""
    stored = [name for name in FIELDS if not name.endswith("_hours")]
    form = modelform_factory(FollowUpRule, form=RuleForm, fields=stored, help_texts=_HELP, labels=_LABELS)
    return form(sent, instance=instance)  # type: ignore[return-value]


class LimitsForm(forms.Form):
    """What each role may give, what one more contact costs, and in which currency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = {limit.role: limit for limit in EmpowermentLimit.objects.all()}
        kept = setting.current()
        self.roles = [Role(role) for role, may in PERMISSIONS.items() if Permission.HANDLE_FEEDBACK in may]
        for role in self.roles:
            known = stored.get(role)
            self.fields[f"limit_{role.value}"] = AmountField(
                label=role.label, initial=_shown(known.amount) if known else ""
            )
        self.fields["cost"] = AmountField(
            label=_("Cost of one more contact"),
            initial=_shown(kept.cost_of_contact) if kept.cost_of_contact is not None else "",
            help_text=_("What it costs the company when a customer must be in touch again. Empty = not known."),
        )
        self.fields["currency"] = forms.RegexField(
            r"^[A-Za-z]{3}$",
            label=_("Currency"),
            initial=kept.currency,
            error_messages={"invalid": _("Use three capital letters, such as EUR.")},
        )

    def keep(self) -> None:
        """Store it; an empty limit is none."""
        said = self.cleaned_data
        currency = said["currency"].upper()
        for role in self.roles:
            amount = said[f"limit_{role.value}"]
            if amount is None:
                EmpowermentLimit.objects.filter(role=role).delete()
            else:
                EmpowermentLimit.objects.update_or_create(role=role, defaults={"amount": amount, "currency": currency})
        kept = FollowUpSetting.objects.first() or FollowUpSetting()
        kept.cost_of_contact, kept.currency = said["cost"], currency
        kept.save()


def _shown(amount: Decimal) -> str:
    """As it would be typed."""
    return f"{amount:.2f}".removesuffix(".00").replace(".", ",")
