"""The editor of the customer base: shares typed a line each."""

import json
import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm
from cxplatform.tenancy.roles import Permission
from dashboards.models import Population
from dashboards.population.shares import EARLIEST, MOST_VALUES, fault_of
from journeys.importing.cells import number_of

# "company 62,5 %", "company; 1 250", "company: 0.4": the last number of the line is the share.
_LINE = re.compile(r"(?P<value>.+?)\s*[;:\t=]\s*(?P<share>[^;:\t=]+)|(?P<word>.+)\s(?P<number>\S+(?:\s*%)?)")


class SharesField(forms.CharField):
    """A line for each value, with its share behind; cleans to {value: share}."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 8})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return value
        return "\n".join(f"{name}; {share:g}" for name, share in value.items()) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != (data or "").replace("\r\n", "\n").strip())

    def clean(self, value: Any) -> Any:
        found: dict[str, float] = {}
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            name, share = _share(line.strip())
            if name in found:
                raise ValidationError(gettext("“%(value)s” is on two lines. Remove one of them.") % {"value": name})
            found[name] = share
        if len(found) > MOST_VALUES:
            raise ValidationError(gettext("A dimension can have at most %(most)d shares.") % {"most": MOST_VALUES})
        if not any(found.values()):
            raise ValidationError(gettext("Give at least one share that is over zero."))
        return found


def _share(line: str) -> tuple[str, float]:
    read = _LINE.fullmatch(line)
    try:
        if read is None:
            raise ValueError
        share = float(number_of(read["share"] or read["number"]))
    except ValueError:
        raise ValidationError(
            gettext("“%(line)s”: write a value and its share behind it, as in “company; 62,5”.") % {"line": line[:80]}
        ) from None
    name = (read["value"] or read["word"]).strip()
    if fault := fault_of(name, share):
        raise ValidationError(f"“{line[:80]}”: {fault}")
    return name, share


class PopulationForm(TenantForm):
    shares = SharesField(
        label=capfirst(_("shares")),
        help_text=_("One value a line, with its share or number of customers behind: company; 62,5"),
    )

    class Meta:
        model = Population
        fields = ("basis", "as_of", "source", "shares")

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if not EARLIEST <= day <= timezone.now().date():
            raise ValidationError(gettext("Give a day from the year 2000 to today."))
        return day


@admin.register(Population, site=site)
class PopulationAdmin(RemovableAdmin):
    menu = Menu(_("Customer base"), "groups", 45)
    permission = Permission.SET_TARGETS
    form = PopulationForm
    list_display = ("dimension", "basis", "as_of", "source", "values")
    list_select_related = ("dimension",)
    fieldsets = (
        (
            None,
            {
                "fields": ("dimension", "basis", "as_of", "source", "shares"),
                "description": _(
                    "Scores can be weighed so that those who answered stand for all customers. Without shares told "
                    "here, the customers known are counted."
                ),
            },
        ),
    )

    @display(description=_("values"))
    def values(self, base: Population) -> str:
        return ", ".join(f"{value} {share:g}" for value, share in list(base.shares.items())[:5])
