"""Forms of signing up, of the company's settings and of its people."""

import zoneinfo
from datetime import date
from typing import Any

from allauth.core import context
from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy import founding, invitations, units
from cxplatform.tenancy.models import Invitation, Membership, Tenant, User
from cxplatform.tenancy.roles import Role


class CompanyForm(forms.Form):
    """A new company: all that has to be known at once."""

    company = forms.CharField(
        label=_("Organisation"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    beginning = forms.ChoiceField(
        label=_("First journey"),
        required=False,
        help_text=_("A ready journey to change as you like; you can add others."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        offered = founding.beginnings((get_language() or "en")[:2])
        self.fields["beginning"].choices = [("", _("Begin with an empty one")), *offered]  # type: ignore[attr-defined]


class SignupForm(CompanyForm):
    """Extends allauth's sign-up: it founds a company, or takes up the invitation whose link was opened."""

    field_order = ["company", "language", "beginning", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation: Invitation | None = invitations.remembered(context.request)
        if self.invitation:
            del self.fields["company"], self.fields["beginning"]
            self.initial["email"] = self.invitation.email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        email = cleaned.get("email")
        if self.invitation and email and email.lower() != self.invitation.email.lower():
            self.add_error(
                "email",
                _("The invitation was sent to %(email)s. Sign up with that address.")
                % {"email": self.invitation.email},
            )
        return cleaned

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth in the transaction that makes the user."""
        from allauth.account.adapter import get_adapter

        user.language = self.cleaned_data["language"]
        user.save(update_fields=["language"])
        if self.invitation is None:
            founding.found(
                name=self.cleaned_data["company"],
                language=user.language,
                admin=user,
                beginning=self.cleaned_data["beginning"],
            )
        elif invitations.accept(invitation=self.invitation, user=user):
            get_adapter().stash_verified_email(request, self.invitation.email)  # who had the link reads the mail


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an admin decides for the whole company."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"), help_text=_("Days, months and opening hours follow it."))

    class Meta:
        model = Tenant
        fields = ["name", "language", "timezone", "formal_address", "brand_colour", "anonymity_minimum"]
        widgets = {"brand_colour": forms.TextInput(attrs={"type": "color"})}
        help_texts = {
            "formal_address": _("Surveys and mail in Finnish address customers formally (Te)."),
            "anonymity_minimum": _("Results of fewer answers than this stay hidden everywhere. At least 3."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = {zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/")}
        self.fields["timezone"].choices = [  # type: ignore[attr-defined]
            (zone, zone.replace("_", " ")) for zone in sorted(zones | {"UTC", self.instance.timezone})
        ]


class _Units(forms.TypedMultipleChoiceField):
    """The units a member is limited to; none chosen means every unit."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Units"),
            required=False,
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("None chosen: every unit."),
        )


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    unit_ids = _Units()

    class Meta:
        model = Membership
        fields = ["role", "unit_ids", "sees_identity"]
        help_texts = {"sees_identity": _("Names, addresses and phone numbers of customers.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_units(self)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)
    unit_ids = _Units()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_units(self)


def _offer_units(form: forms.BaseForm) -> None:
    offered = units.choices()
    if offered:
        form.fields["unit_ids"].choices = offered  # type: ignore[attr-defined]
    else:
        del form.fields["unit_ids"]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language"]


class Day(forms.DateField):
    """A day of this century, written by the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
            **kwargs,
        )


class HistoryForm(forms.Form):
    """What to show of the history."""

    model = forms.ChoiceField(label=_("What"), required=False)
    actor = forms.CharField(label=_("Who"), required=False, max_length=300)
    since = Day(label=_("From"), required=False)
    until = Day(label=_("To"), required=False)

    def __init__(self, *args: Any, models: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", _("Everything")), *models.items()]  # type: ignore[attr-defined]
