"""How staff set a widget: whose pages, what it waits for, to whom it shows itself, and how it looks."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from surveys.doors.widget_settings import AGAIN, DELAY, SCROLL, SHARE, settings_of
from surveys.forms import DoorForm
from surveys.models import Widget

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)


def _number(label: Any, limits: tuple[int, int], help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=limits[0],
        max_value=limits[1],
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget,
    )


def _text(label: Any, help_text: Any, placeholder: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=200,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": placeholder}),
    )


def _lines(label: Any, help_text: Any, placeholder: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        help_text=help_text,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "placeholder": placeholder}),
    )


class WidgetForm(DoorForm):
    origins = _lines(
        capfirst(_("allowed pages")),
        _("Addresses like https://www.example.fi, one to a line, whose pages may show the widget."),
        "https://www.example.fi",
    )
    pages = _lines(
        _("Only at these addresses"),
        _("One to a line, * for anything: /order/*. A line with ! in front says where not. Empty = everywhere."),
        "/order/thanks*",
        required=False,
    )
    event = _text(_("Wait for an event"), _("The name your page gives in cx('event', 'name')."), "ordered")
    where = _text(_("with the property"), _("As in plan=pro; empty = any."), "plan=pro")
    element = _text(_("Wait for an element"), _("A CSS selector."), "#thanks")
    clicked = forms.BooleanField(
        label=_("until it is clicked, not only seen"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    scroll = _number(_("Wait for scrolling, per cent of the page"), SCROLL, _("0 = does not wait."))
    exit = forms.BooleanField(
        label=_("Wait until the visitor is about to leave"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    delay_seconds = _number(_("Seconds from that to showing"), DELAY)
    share = _number(_("Per cent of visitors asked"), SHARE)
    again_days = _number(_("Days until the same visitor is asked again"), AGAIN)
    position = forms.ChoiceField(
        label=_("Place"),
        required=False,
        choices=[
            ("right", _("lower right corner")),
            ("left", _("lower left corner")),
            ("center", _("lower edge, in the middle")),
            ("inline", _("inside the page")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    scheme = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=[("auto", _("as the visitor's device")), ("light", _("light")), ("dark", _("dark"))],
        widget=UnfoldAdminSelectWidget,
    )

    rules = (
        *("pages", "event", "where", "element", "clicked", "scroll", "exit"),
        *("delay_seconds", "share", "again_days", "position", "scheme"),
    )

    class Meta:
        model = Widget
        fields = ("name", "origins")
        widgets = {"name": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["origins"] = "\n".join(self.instance.origins or [])
        chosen = settings_of(self.instance)
        for name in self.rules:
            value = getattr(chosen, name)
            self.initial[name] = "\n".join(value) if isinstance(value, list) else value

    def clean_origins(self) -> list[str]:
        origins = [line.strip().rstrip("/").lower() for line in self.cleaned_data["origins"].splitlines()]
        origins = list(dict.fromkeys(filter(None, origins)))
        for origin in origins:
            if len(origin) > 200 or not _ORIGIN.fullmatch(origin):
                raise ValidationError(
                    gettext("“%s” is not an address of a site. Write https:// and its name, without a path.") % origin
                )
        return origins

    def clean_pages(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["pages"].splitlines() if line.strip()]
        for line in lines:
            if not line.removeprefix("!").startswith(("/", "https://", "http://", "*")):
                raise ValidationError(gettext("“%s” is no address. Begin with / or https://.") % line)
        return lines

    def clean_where(self) -> str:
        where: str = self.cleaned_data["where"].strip()
        name, equals, _value = where.partition("=")
        if where and not (name.strip() and equals):
            raise ValidationError(gettext("Write the property's name, = and its value."))
        return where

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        stored = self.instance.settings if isinstance(self.instance.settings, dict) else {}
        chosen = {name: cleaned[name] for name in self.rules if cleaned.get(name) not in (None, "")}
        kept = {name: value for name, value in stored.items() if name not in self.rules}
        self.instance.settings = kept | chosen  # what is empty is as it comes
        return cleaned
