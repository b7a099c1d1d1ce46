"""The form by which what was not known of a customer is filled in."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dashboards.customers.profile import Profile, languages, said

TEXTS = ("name", "email", "phone", "role")


class ProfileForm(forms.Form):
    """What may be changed by hand; the number, the account and the rest are the systems' that know them."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=50, required=False)
    role = forms.CharField(label=_("Role in the account"), max_length=100, required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False)
    preferred_channel = forms.ChoiceField(label=_("Preferred channel"), required=False)
    ambassador = forms.BooleanField(
        label=_("Ambassador"), required=False, help_text=_("Recommends us to others and has agreed to be called so.")
    )

    def __init__(self, profile: Profile, data: Any = None) -> None:
        customer = profile.customer
        initial: dict[str, Any] = {name: getattr(customer, name) for name in (*TEXTS, "locale")}
        initial["preferred_channel"] = str(customer.preferred_channel_id or "")
        initial["ambassador"] = customer.ambassador_at is not None
        initial |= {f"dimension-{one.pk}": said(customer, one) for one in profile.dimensions}
        super().__init__(data, initial=initial)
        self.profile = profile
        known = languages()
        if customer.locale and customer.locale not in dict(known):
            known.append((customer.locale, customer.locale))
        fields: Any = self.fields
        fields["locale"].choices = [("", _("not known")), *known]
        channels = [(str(channel.pk), channel.name) for channel in profile.channels]
        fields["preferred_channel"].choices = [("", _("not known")), *channels]
        for dimension in profile.dimensions:
            self.fields[f"dimension-{dimension.pk}"] = forms.CharField(
                label=capfirst(dimension.name), max_length=200, required=False
            )
        if not customer.account:
            del self.fields["role"]

    def values(self) -> dict[str, Any]:
        """The customer's fields as they are after the form, by name; dimensions none of its own stay as they were."""
        given = self.cleaned_data
        values: dict[str, Any] = {name: given[name] for name in (*TEXTS, "locale") if name in given}
        values["preferred_channel_id"] = int(given["preferred_channel"]) if given["preferred_channel"] else None
        dimensions = dict(self.profile.customer.dimensions)
        for dimension in self.profile.dimensions:
            name = f"dimension-{dimension.pk}"
            if name in self.changed_data:
                dimensions.pop(dimension.slug, None)
                if given[name]:
                    dimensions[dimension.slug] = given[name]
        values["dimensions"] = dimensions
        return values
