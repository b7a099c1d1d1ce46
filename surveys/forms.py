"""How staff write surveys and open doors to them: question types by name, wordings by language, doors by place."""

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
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
from surveys.doors.pins import LONGEST, SHORTEST, pin_hash
from surveys.models import Question, Survey, SurveyLink
from surveys.questionnaire.choices import MOST_EVER
from surveys.questionnaire.preview import DraftCondition, DraftOption
from surveys.questionnaire.questions import PROFILE, QUESTION_TYPES, choices, type_of
from surveys.questionnaire.wordings import LANGUAGES

_KEY = re.compile(r"[A-Za-z0-9_-]{1,50}")
_VALUE = re.compile(r"[^\x00]{1,200}")  # an option of a profile question is a value of its dimension


def _wording(label: Any) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=500, widget=widget)


def _hidden() -> forms.Textarea:
    return forms.Textarea(attrs={"hidden": True})


class QuestionForm(TenantForm):
    metric = forms.ChoiceField(label=_("Question type"), widget=UnfoldAdminSelectWidget)
    wording_fi = _wording(_("Own wording in Finnish"))
    wording_sv = _wording(_("Own wording in Swedish"))
    wording_en = _wording(_("Own wording in English"))
    # Written by the page's script (static/editor/survey.js), as tables for people.
    options = forms.CharField(label=_("Options and other words"), required=False, max_length=40_000, widget=_hidden())
    only_if = forms.CharField(label=_("Ask only if"), required=False, max_length=10_000, widget=_hidden())

    # (question type, name of the dimension), set for each request by the inline.
    profiles: Sequence[tuple[str, str]] = ()

    class Meta:
        model = Question
        fields = ("metric", "key", "required", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = self.instance.metric
        kinds = choices(imported=used in QUESTION_TYPES and QUESTION_TYPES[used].imported)
        profile = dict(self.profiles)
        if used.startswith(PROFILE):  # archived or gone since: publishing says so
            profile.setdefault(used, used)
        groups = [(_("Customer's profile: asked if not known"), list(profile.items()))] if profile else []
        self.fields["metric"].choices = [("", _("Select value")), *kinds, *groups]  # type: ignore[attr-defined]
        for name in ("key", "position"):
            self.fields[name].required = False
        for name, language in self._wordings():
            self.initial[name] = (self.instance.wording or {}).get(language, "")
        self.initial["options"] = json.dumps(self.instance.options or [], ensure_ascii=False)
        self.initial["only_if"] = json.dumps(self.instance.only_if or None, ensure_ascii=False)

    def _wordings(self) -> list[tuple[str, str]]:
        return [(name, name.removeprefix("wording_")) for name in self.fields if name.startswith("wording_")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = {language: cleaned.get(name, "").strip() for name, language in self._wordings()}
        kept = {language: text for language, text in (self.instance.wording or {}).items() if language not in own}
        self.instance.wording = kept | {language: text for language, text in own.items() if text}
        if "options" in cleaned:
            self.instance.options = cleaned["options"]
        if "only_if" in cleaned:
            self.instance.only_if = cleaned["only_if"]
        if not cleaned.get("key") and cleaned.get("metric"):
            cleaned["key"] = self._key(cleaned["metric"], own)
        cleaned["position"] = cleaned.get("position") or 0
        return cleaned

    def clean_options(self) -> list[dict[str, Any]]:
        """The rows that say something; an option gets a key of its first words, which then stays."""
        found = _read(self.cleaned_data["options"], tuple[DraftOption, ...], empty=())
        options: list[dict[str, Any]] = []
        used = {one.key for one in found}
        profile = self.cleaned_data.get("metric", "").startswith(PROFILE)
        for one in found:
            text = {language: one.text.get(language, "").strip()[:200] for language in LANGUAGES}
            text = {language: words for language, words in text.items() if words}
            key = one.key if (_VALUE if profile else _KEY).fullmatch(one.key) else ""
            key = key or (_free(next(iter(text.values())), used) if text else "")
            if key:
                used.add(key)
                options.append({"key": key, "text": text})
        return options[:MOST_EVER]

    def clean_only_if(self) -> dict[str, Any]:
        condition = _read(self.cleaned_data["only_if"], DraftCondition | None, empty=None)
        if condition is None or not condition.question:
            return {}
        is_ = condition.is_ if condition.is_ in ("is", "not", "le", "ge") else "is"
        return {"question": condition.question[:50], "is": is_, "values": [value[:200] for value in condition.values]}

    def _key(self, metric: str, own: dict[str, str]) -> str:
        """Types that may be asked twice in a survey are told apart by their words."""
        kind = type_of(metric)
        words = kind.dimension if kind else ""
        if kind and kind.of_word:
            told: dict[str, str] = next((one["text"] for one in self.instance.options if one["key"] == "word"), {})
            words = next(iter(told.values()), "")
        elif metric in ("choice", "choices", "line"):
            words = next(filter(None, own.values()), "")
        return slugify(words)[:50].strip("-").replace("-", "_") or metric.partition("/")[0]


def _read(text: str, type_: Any, *, empty: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=type_) if text else empty
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValidationError(gettext("The draft could not be read. Reload the page.")) from error


def _free(words: str, used: set[str]) -> str:
    stem = slugify(words)[:40].strip("-").replace("-", "_") or "option"
    return next(name for name in [stem, *(f"{stem}_{n}" for n in range(2, 99))] if name not in used)


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
