"""How staff write surveys and open doors to them: question types by name, wordings by language, doors by place."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.editing import TenantForm
from journeys.models import Channel, Touchpoint, Unit
from surveys.models import Question, Survey, SurveyLink
from surveys.pins import LONGEST, SHORTEST, pin_hash
from surveys.questions import QUESTION_TYPES, choices


def _wording(label: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=500, widget=widget)


class QuestionForm(TenantForm):
    metric = forms.ChoiceField(label=_("Question type"), widget=UnfoldAdminSelectWidget)
    wording_fi = _wording(_("Own wording in Finnish"))
    wording_sv = _wording(_("Own wording in Swedish"))
    wording_en = _wording(_("Own wording in English"))

    class Meta:
        model = Question
        fields = ("metric", "key", "required", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = self.instance.metric
        kinds = choices(imported=used in QUESTION_TYPES and QUESTION_TYPES[used].imported)
        self.fields["metric"].choices = [("", _("Select value")), *kinds]  # type: ignore[attr-defined]
        for name in ("key", "position"):
            self.fields[name].required = False
        for name, language in self._wordings():
            self.initial[name] = (self.instance.wording or {}).get(language, "")

    def _wordings(self) -> list[tuple[str, str]]:
        return [(name, name.removeprefix("wording_")) for name in self.fields if name.startswith("wording_")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = {language: cleaned.get(name, "").strip() for name, language in self._wordings()}
        kept = {language: text for language, text in (self.instance.wording or {}).items() if language not in own}
        self.instance.wording = kept | {language: text for language, text in own.items() if text}
        if not cleaned.get("key") and cleaned.get("metric"):
            cleaned["key"] = cleaned["metric"].partition("/")[0]
        cleaned["position"] = cleaned.get("position") or 0
        return cleaned


class DoorForm(TenantForm):
    """A link or a widget: models outside row-level security hold plain ids, so the choices are ours."""

    survey: Any = forms.ModelChoiceField(
        queryset=None, label=capfirst(_("survey")), empty_label=_("Select value"), widget=UnfoldAdminSelectWidget
    )
    touchpoint: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=capfirst(_("touchpoint")),
        empty_label=_("As the survey says"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Answers are counted here."),
    )
    channel: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=capfirst(_("channel")),
        empty_label=_("As the touchpoint says"),
        widget=UnfoldAdminSelectWidget,
    )

    places = {"survey": Survey, "touchpoint": Touchpoint, "channel": Channel}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in self.places.items():
            field: Any = self.fields.get(name)
            if field is not None:
                chosen = getattr(self.instance, f"{name}_id")
                field.queryset = model.objects.filter(archived_at=None) | model.objects.filter(pk=chosen)
                self.initial.setdefault(name, chosen)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.tenant_id = active_tenant_id()
        for name in self.places:
            if name in cleaned:
                setattr(self.instance, f"{name}_id", cleaned[name].pk if cleaned[name] else None)
        return cleaned


class LinkForm(DoorForm):
    unit: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=capfirst(_("unit")),
        empty_label=_("None"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("The store or team whose customers answer here."),
    )

    pin = forms.RegexField(
        rf"^[0-9]{{{SHORTEST},{LONGEST}}}$",
        required=False,
        label=_("Kiosk: PIN"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "••••"}),
        help_text=_("4 to 8 digits: turns the kiosk on, and staff leave its screen with them. Empty = as before."),
        error_messages={"invalid": _("Write 4 to 8 digits.")},
    )
    without_kiosk = forms.BooleanField(required=False, label=_("Turn the kiosk off"), widget=UnfoldBooleanSwitchWidget)

    places = {**DoorForm.places, "unit": Unit}

    class Meta:
        model = SurveyLink
        fields = ("label", "is_test")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("without_kiosk"):
            self.instance.pin_hash = ""
        elif cleaned.get("pin"):
            self.instance.pin_hash = pin_hash(cleaned["pin"])
        return cleaned
