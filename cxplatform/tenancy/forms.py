from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """Extends allauth's sign-up: signing up creates a company."""

    company = forms.CharField(label=_("Company"), max_length=200)

    def signup(self, request: object, user: object) -> None:
        """Called by allauth after the user was made."""
