"""The forms that make links."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.forms import Day
from cxplatform.tenancy.models import Tenant
from dashboards.leadership.tiles import Tile
from dashboards.measures import short_name
from dashboards.sheets import Sheet

LONGEST = timedelta(days=366)
SHORTEST_PASSWORD = 8
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


class _LinkForm(forms.Form):
    """What both kinds ask. `expires_at` is the end of the last day, after validation."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Whom it is for, to know it again."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    expires = Day(label=_("Last day"))

    def __init__(self, *args: Any, tenant: Tenant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant, self.today = tenant, today
        self.initial.setdefault("language", (get_language() or tenant.language)[:2])

    def clean_expires(self) -> datetime | None:
        day = self.cleaned_data["expires"]
        if day is None:
            return None
        if day < self.today:
            raise ValidationError(translated("This day is past. Choose a later one."))
        if day > self.today + LONGEST:
            raise ValidationError(translated("A link works for a year at most. Choose an earlier day."))
        return datetime.combine(day + timedelta(days=1), time.min, self.tenant.zone)


class PageForm(_LinkForm):
    """A link to some of the page's parts."""

    sheets = forms.MultipleChoiceField(label=_("It shows"), widget=forms.CheckboxSelectMultiple)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: whoever has the link sees the page. Send a password by another way than the link."),
    )
    field_order = ["name", "sheets", "language", "expires", "password"]

    def __init__(self, *args: Any, offered: Sequence[Sheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheets"].choices = [(sheet.key, sheet.title) for sheet in offered]  # type: ignore[attr-defined]
        self.initial.setdefault("expires", self.today + timedelta(days=30))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password and len(password) < SHORTEST_PASSWORD:
            raise ValidationError(
                translated("Use at least %(least)d characters, or leave it empty.") % {"least": SHORTEST_PASSWORD}
            )
        return password


class TileForm(_LinkForm):
    """A tile of one figure for the company's other pages."""

    measure = forms.ChoiceField(label=_("Figure"))
    origins = forms.CharField(
        label=capfirst(_("allowed pages")),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://intra.example.fi"}),
        help_text=_("Addresses like https://intra.example.fi, one to a line, whose pages may show the tile."),
    )
    field_order = ["name", "measure", "origins", "language", "expires"]

    def __init__(self, *args: Any, tiles: Sequence[Tile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires"].required = False
        self.fields["expires"].help_text = _("Empty: the tile works until it is revoked.")
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (tile.measure.key, short_name(tile.metric)) for tile in tiles
        ]

    def clean_origins(self) -> list[str]:
        lines = [line.strip().rstrip("/").lower() for line in self.cleaned_data["origins"].splitlines()]
        origins = list(dict.fromkeys(filter(None, lines)))
        for origin in origins:
            safe = origin.startswith("https://") or _LOCAL.fullmatch(origin)
            if len(origin) > 200 or not _ORIGIN.fullmatch(origin) or not safe:
                raise ValidationError(
                    translated("“%s” is not an address of a site. Write https:// and its name, without a path.")
                    % origin[:60]
                )
        if not origins:
            raise ValidationError(translated("Write at least one address."))
        return origins
