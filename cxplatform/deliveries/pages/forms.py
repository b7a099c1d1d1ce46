from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cxplatform.deliveries.models import Webhook
from cxplatform.deliveries.webhooks.outside import Refused, check
from cxplatform.deliveries.webhooks.telling import known_types


class WebhookForm(forms.Form):
    """An endpoint of another system."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The system that listens, such as CRM."))
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Where we post to. It must begin with https.")
    )
    types = forms.MultipleChoiceField(
        label=_("Tells of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everything, also what comes later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].choices = sorted(known_types().items())  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Webhook.objects.in_use().filter(name=name).exists():
            raise ValidationError(_("A webhook of this name exists. Choose another name."))
        return name

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            check(url)
        except Refused as error:
            raise ValidationError(str(error)) from error
        return url
