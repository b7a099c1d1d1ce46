"""The forms of the wizard's steps. A draft may be half empty: what is missing is the gate's to say."""

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.models import modelform_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.editing import TenantForm
from cxplatform.tenancy.models import Tenant, User
from promises.feasible.lately import Window
from promises.feasible.objections import tried
from promises.making import facts, support, versions
from promises.making.evidence import own_rules
from promises.making.questions import CRITERIA, SEVEN, VIEWS, VISION
from promises.models import Criterion, Participation, Promise, Rule

MOST_KEY_WORDS, LONGEST_KEY_WORD = 10, 60
_ASKED = {question.field: question for question in (*SEVEN, VISION, *VIEWS)}
# Fields of the promise that a step asks for; the other steps have a form of their own.
FIELDS: dict[str, tuple[str, ...]] = {
    "matters": ("matters", "touchpoint"),
    "most": ("matters_most",),
    "measure": ("measurable",),
    "target": ("attainable",),
    "wording": ("wording", "name", "element", "visibility"),
    "words": (),
    "feeling": ("feeling",),
    "views": ("vision", "customer_view", "staff_view", "management_view"),
    "pilot": ("pilot_cases", "pilot_weeks", "pilot_margin", "exceeded_left", "near_left", "owner"),
}


class AnswerForm(TenantForm):
    """A step that fills fields of the promise itself."""

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        self.tenant = tenant
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if question := _ASKED.get(name):
                field.label, field.help_text, field.required = str(question.asks), str(question.hint), False
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.update(rows=4)

    def keep(self, *, by: User) -> None:
        """Store what was answered, with its entry in the history."""
        from cxplatform.tenancy import audit

        before = audit.stored(self.instance)
        self.instance.save(update_fields=[*self.columns(), "updated_at"])
        audit.record("changed", self.instance, before=before)

    def columns(self) -> list[str]:
        return list(self._meta.fields or ())


class TargetForm(AnswerForm):
    """Question 4: why the target can be promised, with the target itself where the promise is measured already."""

    target = forms.DecimalField(
        label=_("Target, %"), min_value=Decimal("0.01"), max_value=100, decimal_places=2, max_digits=5
    )
    hours = forms.IntegerField(label=_("Within, hours"), required=False, min_value=0, max_value=43_000)
    minutes = forms.IntegerField(label=_("and minutes"), required=False, min_value=0, max_value=59)
    field_order = ["hours", "minutes", "target", "attainable"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule: Rule | None = next(iter(own_rules(self.instance)), None)
        if self.rule is None:
            del self.fields["target"]
        else:
            self.initial["target"] = f"{self.rule.target.normalize():f}"
        if self.rule is None or self.rule.kind != Rule.Kind.DEADLINE or self.rule.duration_minutes is None:
            del self.fields["hours"], self.fields["minutes"]
        else:
            self.initial["hours"], self.initial["minutes"] = divmod(self.rule.duration_minutes, 60)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "hours" in self.fields and not self.errors and not self._minutes(cleaned):
            self.add_error("hours", _("Give a time: at least a minute."))
        if not self.errors:
            self._check_attainable(cleaned)
        return cleaned

    def keep(self, *, by: User) -> None:
        super().keep(by=by)
        if self.rule:
            changes = self._changes(self.cleaned_data)
            versions.revise(rule=self.rule, changes=changes, by=by, why=self.cleaned_data["attainable"])

    def _changes(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What is asked of the rule: its target and, of a deadline, its time."""
        changes = {"target": cleaned["target"]}
        return changes | {"duration_minutes": self._minutes(cleaned)} if "hours" in self.fields else changes

    def _check_attainable(self, cleaned: Mapping[str, Any]) -> None:
        """Nothing over what history has reached, unless it is said what will change."""
        if self.rule is None or cleaned.get("attainable"):
            return
        wanted = copy(self.rule)
        wanted.promise = copy(self.instance)
        wanted.promise.attainable = ""
        for name, value in self._changes(cleaned).items():
            setattr(wanted, name, value)
        found = tried(wanted, Window(self.tenant, timezone.now()), before=self.rule)
        for objection in found.objections:
            if objection.field in ("target", "duration_minutes"):
                self.add_error("target", objection.message)

    @staticmethod
    def _minutes(cleaned: Mapping[str, Any]) -> int:
        return (cleaned.get("hours") or 0) * 60 + (cleaned.get("minutes") or 0)


class WordingForm(AnswerForm):
    """Question 5, with the wording in the other languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        for language in self.others:
            self.fields[f"wording_{language}"] = forms.CharField(
                label=_("The same in another language: %s") % names[language],
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2, "lang": language}),
                initial=(self.instance.wordings or {}).get(language, ""),
            )
        self.order_fields(["wording", *(f"wording_{language}" for language in self.others), "name"])

    @property
    def others(self) -> list[str]:
        return [code for code, _name in settings.LANGUAGES if code != self.tenant.language]

    def columns(self) -> list[str]:
        written = {language: self.cleaned_data[f"wording_{language}"].strip() for language in self.others}
        self.instance.wordings = {language: text for language, text in written.items() if text}
        return [*super().columns(), "wordings"]


class WordsForm(AnswerForm):
    """Question 6: a few words, one to a line or with commas."""

    words = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = _ASKED["key_words"]
        self.fields["words"].label = str(question.asks)
        self.fields["words"].help_text = f"{question.hint} {_('One to a line.')}"
        self.initial["words"] = "\n".join(self.instance.key_words)

    def clean_words(self) -> list[str]:
        found = list(
            dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["words"].replace(",", "\n").splitlines())))
        )
        if len(found) > MOST_KEY_WORDS:
            raise ValidationError(_("Give at most %s: the fewer, the better they are remembered.") % MOST_KEY_WORDS)
        if long := next((word for word in found if len(word) > LONGEST_KEY_WORD), None):
            raise ValidationError(_("“%s” is too long for a key word.") % long)
        return found

    def columns(self) -> list[str]:
        self.instance.key_words = self.cleaned_data["words"]
        return ["key_words"]


class ParticipationForm(TenantForm):
    """Staff who took part. Left empty, nothing is logged."""

    class Meta:
        model = Participation
        fields = ("way", "held_on", "people", "outcome")

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise
        self.fields["held_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["people"].widget.attrs.update(min=1)
        self.fields["outcome"].widget.attrs.update(rows=3)
        # People and what came of it are what tells an entry from a form left empty.
        self.fields["people"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") and not cleaned.get("people") and "people" not in self.errors:
            self.add_error("people", _("Say how many took part."))
        return cleaned

    def keep(self, *, by: User) -> None:
        if self.cleaned_data["people"]:
            support.log_participation(promise=self.promise, by=by, fields=self.cleaned_data)


class CriteriaForm(forms.Form):
    """The five criteria, each with what shows that it is met."""

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise
        judged = {each.name: each for each in Criterion.objects.filter(promise=promise)}
        rules = own_rules(promise)
        for name, label in Criterion.Name.choices:
            now = judged.get(name)
            stands = now is not None and now.met and not facts.outdated(now, rules)
            self.fields[f"{name}_met"] = forms.BooleanField(label=_("Met: %s") % label, required=False, initial=stands)
            self.fields[f"{name}_evidence"] = forms.CharField(
                label=_("What shows it"),
                help_text=str(CRITERIA[name].evidence),
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=now.evidence if now else "",
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        """Of each criterion its name, its question and its two fields."""
        return [
            (label, CRITERIA[name].asks, self[f"{name}_met"], self[f"{name}_evidence"])
            for name, label in Criterion.Name.choices
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in Criterion.Name.values:
            if cleaned.get(f"{name}_met") and not cleaned.get(f"{name}_evidence"):
                self.add_error(f"{name}_evidence", _("Write down what shows that it is met."))
        return cleaned

    def keep(self, *, by: User) -> None:
        for name in Criterion.Name.values:
            support.judge(
                promise=self.promise,
                name=name,
                met=self.cleaned_data[f"{name}_met"],
                evidence=self.cleaned_data[f"{name}_evidence"].strip(),
                by=by,
            )


class NothingAsked(forms.Form):
    """A step that only shows."""

    def keep(self, *, by: User) -> None:
        """Nothing."""


class StartForm(TenantForm):
    """A new promise: what it is called while it is made."""

    class Meta:
        model = Promise
        fields = ("name",)
        labels = {"name": _("Working name")}
        help_texts = {"name": _("What you call it among yourselves, like “Reply in a day”. You can change it later.")}


_OWN = {"target": TargetForm, "wording": WordingForm, "words": WordsForm}


def form_of(step: str, *, promise: Promise, tenant: Tenant, data: Any = None) -> Any:
    """The form of a step, to be shown or with what was sent; made while a tenant is active, as choices are its own."""
    if step == "staff":
        return ParticipationForm(data, promise=promise)
    if step == "criteria":
        return CriteriaForm(data, promise=promise)
    if step == "instructions":
        return NothingAsked(data)
    made: Any = modelform_factory(Promise, form=_OWN.get(step, AnswerForm), fields=FIELDS[step])
    return made(data, instance=promise, tenant=tenant)
