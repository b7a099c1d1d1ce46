"""The forms of the reward register, the owners of metrics, courses and change agents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant, User
from cxplatform.tenancy.roles import Role
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.models import ChangeAgent
from dashboards.plan.rewards import KPI, METRIC, PROMISE, Owned, ties
from journeys.models import Unit

_KINDS = {METRIC: _("what customers answer"), PROMISE: _("a promise to customers"), KPI: _("a KPI of customers")}


class FigureForm(forms.Form):
    name = forms.CharField(label=_("figure"), max_length=200)
    rewarded = forms.CharField(label=_("whose figure it is"), max_length=200)
    reward = forms.CharField(label=_("reward (empty: none)"), max_length=200, required=False)
    tie = forms.ChoiceField(label=_("tied to"), required=False)
    owner: Any = MemberChoice(None, label=_("owner"), required=False, empty_label="–")

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(_KINDS[kind], list(of.items())) for kind, of in ties().items() if of]
        self.fields["tie"].choices = [("", _("nothing of the customer’s")), *groups]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]


class OwnersForm(forms.Form):
    """An owner for each metric, by the place in the list; a list that has changed meanwhile is named by its keys."""

    def __init__(self, *args: Any, tenant: Tenant, owned: Sequence[Owned], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members, choices = members_of(tenant), None
        for each in owned:
            field: Any = MemberChoice(members, label=each.name, required=False, empty_label="–")
            field.choices = choices = choices or list(field.choices)  # read once, and not for every metric
            self.fields[each.key] = field
            self.initial[each.key] = each.owner.pk if each.owner and not each.gone else None

    def wanted(self) -> dict[str, User | None]:
        """Of the metrics that the form was shown with."""
        return {key: self.cleaned_data[key] for key in self.fields if key in self.data}


class CourseForm(forms.Form):
    name = forms.CharField(label=_("course"), max_length=200)
    about = forms.CharField(label=_("what it is about"), max_length=500, required=False)
    address = forms.URLField(label=_("address of an online course"), required=False, assume_scheme="https")
    audience = forms.ChoiceField(label=_("for whom"), required=False, choices=[("", _("everybody")), *Role.choices])
    due = forms.DateField(
        label=_("to be done by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AgentForm(forms.Form):
    """A change agent; each member is one at most."""

    user: Any = MemberChoice(None, label=_("person"), empty_label=None)
    unit: Any = forms.ModelChoiceField(None, label=_("unit"), required=False, empty_label=_("whole company"))
    task = forms.CharField(label=_("task"), max_length=200, required=False)

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = members_of(tenant)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.in_use().order_by("name")  # type: ignore[attr-defined]

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if ChangeAgent.objects.filter(user=user).exists():
            raise forms.ValidationError(gettext("This person is a change agent already."))
        return user
