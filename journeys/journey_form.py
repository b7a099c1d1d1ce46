"""The form of a journey: its board, whom it is for, who answers for it, and how passages are read."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from journeys.board import BoardField
from journeys.editing import DefinitionForm
from journeys.lines import Lines
from journeys.models import Journey, Persona

FIELDSETS = (
    (None, {"fields": ("name", "board", "note")}),
    (
        _("Whom it is for and what they remember"),
        {"fields": ("personas", ("dimension", "segment_lines"), "memory")},
    ),
    (
        _("Who answers for it"),
        {"fields": (("owner", "sponsor"), ("validated_on", "validated_by"), "co_designers")},
    ),
    (_("As it is or as it should be"), {"fields": (("kind", "as_is"),), "classes": ("collapse",)}),
    (
        _("How what happens is read"),
        {
            "fields": (("trace_by", "inactive_hours"), ("condition_property", "condition_value")),
            "classes": ("collapse",),
        },
    ),
    (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
)


class JourneyForm(DefinitionForm):
    shown_as = {"segments": "segment_lines"}

    board = BoardField()
    note = forms.CharField(
        label=_("What changed and why"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Kept with the version that saving makes when the design has changed."),
    )
    personas: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=capfirst(_("personas")),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Describe personas on their own page first."),
    )
    segment_lines = Lines(label=capfirst(_("segments")), help_text=_("Values of the dimension, one a line."))

    class Meta:
        model = Journey
        # References are added by the admin's fieldsets, when a tenant is there to choose from.
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].show(self.instance if self.instance.pk else None)  # type: ignore[attr-defined]
        chosen = (
            list(self.instance.for_personas.values_list("persona_id", flat=True))  # type: ignore[attr-defined]
            if self.instance.pk
            else []
        )
        offered = Persona.objects.in_use() | Persona.objects.filter(pk__in=chosen)
        self.fields["personas"].queryset = offered.order_by("name")  # type: ignore[attr-defined]
        self.initial.setdefault("personas", chosen)
        self.initial.setdefault("segment_lines", self.instance.segments or [])
        if "as_is" in self.fields:
            plans: Any = self.fields["as_is"]
            plans.queryset = plans.queryset.filter(kind=Journey.Kind.AS_IS).exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.segments = cleaned.get("segment_lines") or []
        return cleaned
