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
    format = forms.ChoiceField(
        label=_("Format"),
        choices=Webhook.Format.choices,
        initial=Webhook.Format.STANDARD,
        help_text=_(
            "For systems: Standard Webhooks. For people: a message in a chat, in your company's language, without "
            "names of customers. Mattermost and Rocket.Chat take Slack's messages."
        ),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_(
            "Where we post to. It must begin with https. Slack: make an incoming webhook. Teams: make a workflow that "
            "posts to a channel when a webhook request is received. Each gives you the address."
        ),
    )
    types = forms.MultipleChoiceField(
        label=_("Tells of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everything, also what comes later."),
    )

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        """With a `webhook` the form changes it; an address left empty stays, as a chat's is not shown again."""
        super().__init__(*args, **kwargs)
        self.webhook = webhook
        if webhook:
            self.initial = {"name": webhook.name, "format": webhook.format, "types": webhook.types}
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Now %(place)s. Left empty, it stays.") % {"place": webhook.place}
        self.fields["types"].choices = list(known_types().items())  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Webhook.objects.in_use().filter(name=name)
        if others.exclude(pk=self.webhook.pk if self.webhook else None).exists():
            raise ValidationError(_("A webhook of this name exists. Choose another name."))
        return name

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if self.webhook and not url:
            return self.webhook.url
        try:
            check(url)
        except Refused as error:
            raise ValidationError(str(error)) from error
        return url
