"""The form that keeps a view."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from dashboards.query import BadQuery, Query, kept_address, parse
from dashboards.scope import narrowed


class ViewForm(forms.Form):
    """A name for what the page is asked; `query` is it, after validation."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    shared = forms.BooleanField(label=_("Shared with everybody"), required=False)
    address = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    query: Query

    def __init__(self, *args: Any, membership: Membership, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership, self.today = membership, today
        if not membership.may(Permission.DEFINE):
            del self.fields["shared"]

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        try:
            self.query = narrowed(parse(QueryDict(address.lstrip("?")), today=self.today), self.membership)
            kept_address(self.query)
        except BadQuery as error:
            raise forms.ValidationError(f"{error.parameter}: {error}") from error
        return address
