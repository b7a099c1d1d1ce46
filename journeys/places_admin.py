"""The editor of touchpoints, channels, units, dimensions and the processes behind them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, TenantTabularInline
from journeys.editing import DefinitionAdmin, DefinitionForm
from journeys.hours import WEEKDAYS
from journeys.links import set_links
from journeys.models import (
    TAGS,
    Channel,
    Dimension,
    Process,
    ProcessTouchpoint,
    Touchpoint,
    TouchpointChannel,
    Unit,
)
from journeys.spans import read_spans, write_spans

GROUP = _("Journeys")


class TouchpointForm(DefinitionForm):
    mix, drivers, needs = (
        forms.MultipleChoiceField(
            label=capfirst(Touchpoint._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            choices=choices.choices,
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
        )
        for name, choices in TAGS.items()
    )

    class Meta:
        model = Touchpoint
        # References are added by the admin's fieldsets, when a tenant is there to choose from.
        fields = ("name", "mix", "drivers", "needs")


class OfferedInline(TenantTabularInline):
    model = TouchpointChannel
    fields = ("channel", "strength")


@admin.register(Touchpoint, site=site)
class TouchpointAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "touch_app", 11)
    form = TouchpointForm
    list_display = ("name", "channel", "unit", "owner", "role", "journeys")
    list_filter = ("channel", "unit", "by", "interactivity", "steps__stage__journey")
    list_select_related = ("channel", "unit", "owner")
    search_fields = ("name", "slug", "description", "role")
    readonly_fields = ("journeys", "processes", "notes")
    inlines = (OfferedInline,)
    fieldsets = (
        (None, {"fields": ("name", ("channel", "unit"), "owner", "journeys")}),
        (
            _("How the customer meets it"),
            {
                "fields": (
                    ("role", "by"),
                    ("interactivity", "waiting_minutes"),
                    ("emotion", "peer_help"),
                    "evidence",
                    "processes",
                    "notes",
                )
            },
        ),
        (_("Tags"), {"fields": ("mix", "drivers", "needs"), "classes": ("collapse",)}),
        (_("More"), {"fields": ("description", "slug"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Touchpoint]:
        return super().get_queryset(request).prefetch_related("steps__stage__journey")

    @display(description=_("serves journeys"))
    def journeys(self, touchpoint: Touchpoint) -> Any:
        places = (
            [
                (reverse("admin:journeys_journey_change", args=[step.stage.journey_id]), step.stage.journey, step.stage)
                for step in touchpoint.steps.all()  # type: ignore[attr-defined]
                if step.stage.archived_at is None
            ]
            if touchpoint.pk
            else []
        )
        return format_html_join(", ", '<a class="editor-link" href="{}">{} · {}</a>', places) or "–"

    @display(description=_("background processes"))
    def processes(self, touchpoint: Touchpoint) -> Any:
        if not touchpoint.pk:
            return "–"
        served = Process.objects.in_use().filter(serves__touchpoint=touchpoint)
        links = [(reverse("admin:journeys_process_change", args=[process.pk]), process) for process in served]
        return format_html_join(", ", '<a class="editor-link" href="{}">{}</a>', links) or "–"

    @display(description=_("notes"))
    def notes(self, touchpoint: Touchpoint) -> Any:
        if not touchpoint.pk:
            return "–"
        count = touchpoint.notes.in_use().count()  # type: ignore[attr-defined]
        listed = reverse("admin:journeys_note_changelist")
        add = reverse("admin:journeys_note_add")
        return format_html(
            '<a class="editor-link" href="{}?touchpoint__id__exact={}">{}</a> · '
            '<a class="editor-link" href="{}?touchpoint={}">{}</a>',
            listed,
            touchpoint.pk,
            count,
            add,
            touchpoint.pk,
            gettext("add a note"),
        )


def _weekday(number: int) -> forms.CharField:
    return forms.CharField(
        label=WEEKDAY_NAMES[number],
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Like 8-16, or 0-24 for round the clock. All empty: not told; a day empty: closed.")
        if number == 0
        else "",
    )


class ChannelForm(DefinitionForm):
    """Hours by weekday; languages with commas, each with its own hours where it has them: "fi, sv: mon-fri 9-15"."""

    shown_as = {"hours": "mon", "languages": "spoken", "language_hours": "spoken"}

    mon, tue, wed, thu, fri, sat, sun = map(_weekday, range(7))
    spoken = forms.CharField(
        label=capfirst(_("languages served")),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "fi, en, sv: mon-fri 9-15"}),
        help_text=_("Codes with commas. Hours after a colon where a language has its own, such as sv: mon-fri 9-15."),
    )

    class Meta:
        model = Channel
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in WEEKDAYS:
            self.initial.setdefault(day, write_spans((self.instance.hours or {}).get(day) or []))
        self.initial.setdefault("spoken", write_spoken(self.instance.languages, self.instance.language_hours))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        hours = {}
        for day in WEEKDAYS:
            try:
                spans = read_spans(cleaned.get(day, ""))
            except ValueError as error:
                self.add_error(day, ValidationError(str(error)))
            else:
                if spans:
                    hours[day] = spans
        self.instance.hours = hours
        try:
            self.instance.languages, self.instance.language_hours = read_spoken(cleaned.get("spoken", ""))
        except ValueError as error:
            self.add_error("spoken", ValidationError(str(error)))
        return cleaned


def read_spoken(text: str) -> tuple[list[str], dict[str, Any]]:
    """ "fi, en, sv: mon-fri 9-15 sat 10-12" -> languages, hours of those that have their own. Raises ValueError."""
    languages: list[str] = []
    own: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        code, colon, written = part.partition(":")
        languages.append(code.strip())
        if colon:
            own[code.strip()] = _own_hours(written.split(), part)
    return languages, own


def _own_hours(words: list[str], part: str) -> dict[str, Any]:
    wrong = gettext("“%s”: write days and hours in turn, such as sv: mon-fri 9-15 sat 10-14.") % part
    if not words or len(words) % 2:
        raise ValueError(wrong)
    hours: dict[str, Any] = {}
    for days, spans in zip(words[::2], words[1::2], strict=True):
        first, _dash, last = days.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(wrong)
        for day in WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]:
            hours[day] = sorted([*hours.get(day, []), *read_spans(spans)])
    return hours


def write_spoken(languages: Any, own: Any) -> str:
    """As `read_spoken` reads it."""
    return ", ".join(f"{code}: {_written(own[code])}" if code in (own or {}) else code for code in languages or [])


def _written(hours: dict[str, Any]) -> str:
    told = []
    for day in WEEKDAYS:
        told += [f"{day} {write_spans([span]).replace('–', '-')}" for span in hours.get(day, [])]
    return " ".join(told)


@admin.register(Channel, site=site)
class ChannelAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "alt_route", 12)
    form = ChannelForm
    list_display = ("name", "slug", "digital", "spoken", "cost_per_contact")
    list_before_template = "admin/journeys/channels_links.html"
    fieldsets = (
        (None, {"fields": ("name", "digital", "message_by", "cost_per_contact")}),
        (_("Opening hours"), {"fields": ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "spoken")}),
        (_("More"), {"fields": ("description", "slug"), "classes": ("collapse",)}),
    )

    @display(description=_("languages served"))
    def spoken(self, channel: Channel) -> str:
        return ", ".join(channel.languages) or "–"


@admin.register(Unit, site=site)
class UnitAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "storefront", 13)
    list_display = ("name", "slug", "partner")
    fields = ("name", "partner", "description", "slug")


class ProcessForm(DefinitionForm):
    touchpoints: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=capfirst(_("touchpoints it serves")),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("A process that serves none is reported: why is it done?"),
    )

    class Meta:
        model = Process
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = (
            list(self.instance.serves.values_list("touchpoint_id", flat=True))  # type: ignore[attr-defined]
            if self.instance.pk
            else []
        )
        offered = Touchpoint.objects.in_use() | Touchpoint.objects.filter(pk__in=chosen)
        self.fields["touchpoints"].queryset = offered.order_by("name")  # type: ignore[attr-defined]
        self.initial.setdefault("touchpoints", chosen)


@admin.register(Process, site=site)
class ProcessAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "settings_suggest", 14)
    form = ProcessForm
    list_display = ("name", "unit", "owner", "system", "review", "touchpoint_count")
    list_filter = ("unit",)
    list_select_related = ("unit", "owner")
    search_fields = ("name", "slug", "system", "description")
    list_before_template = "admin/journeys/processes_links.html"
    fieldsets = (
        (None, {"fields": ("name", ("owner", "unit"), ("system", "review_on"), "touchpoints")}),
        (_("More"), {"fields": ("description", "slug"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Process]:
        return super().get_queryset(request).annotate(served=models.Count("serves"))

    @display(description=_("serves touchpoints"), ordering="served")
    def touchpoint_count(self, process: Any) -> Any:
        return process.served or format_html("<strong>{}</strong>", gettext("none"))

    @display(description=_("review by"), ordering="review_on", label={"late": "danger", "due": "info"})
    def review(self, process: Process) -> Any:
        if process.review_on is None:
            return None
        return "late" if process.review_on < timezone.localdate() else "due", process.review_on

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if "touchpoints" in form.changed_data:
            set_links(
                model=ProcessTouchpoint,
                of=form.instance,
                mine="process",
                theirs="touchpoint",
                wanted=form.cleaned_data["touchpoints"],
            )
        super().save_related(request, form, formsets, change)


@admin.register(Dimension, site=site)
class DimensionAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "category", 16)
    fields = ("name", "slug", "description")
