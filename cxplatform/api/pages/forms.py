from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.forms import Day
from cxplatform.tenancy.models import ApiKey, Scope, Tenant


class KeyForm(forms.Form):
    """A new key: its name is also the source of the events it sends."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("The system that uses it, such as webshop. Events that name no source get this one."),
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    expires = Day(label=_("Last day"), required=False, help_text=_("Empty: it works until it is revoked."))

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant = tenant

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if ApiKey.objects.filter(tenant=self.tenant, name=name).exists():
            raise ValidationError(_("A key of this name exists, perhaps revoked. Choose another name."))
        return name

    def clean_expires(self) -> datetime | None:
        day = self.cleaned_data["expires"]
        if day is None:
            return None
        end = datetime.combine(day + timedelta(days=1), time.min, self.tenant.zone)
        if end <= timezone.now():
            raise ValidationError(_("This day is past. Choose a later one."))
        return end
