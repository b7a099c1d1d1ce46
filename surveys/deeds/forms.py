"""The form of a deed: what customers said and what was done about it, in the languages they read."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from journeys.models import Touchpoint
from surveys.models import Deed
from surveys.questionnaire.wordings import LANGUAGES

LONGEST = 500
EARLIEST = date(2000, 1, 1)
_LABELS = {
    "fi": (_("You said, in Finnish"), _("We did, in Finnish")),
    "sv": (_("You said, in Swedish"), _("We did, in Swedish")),
    "en": (_("You said, in English"), _("We did, in English")),
}


class DeedForm(forms.Form):
    """`language` is the company's: its two texts are needed, those in others are read instead where there are none."""

    touchpoint: Any = forms.ModelChoiceField(
        None,
        label=_("Touchpoint"),
        required=False,
        empty_label=_("The whole company"),
        help_text=_("Told to those who answer about it."),
    )
    done_on = forms.DateField(label=_("Done on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    published = forms.BooleanField(label=_("Tell it to customers"), required=False)

    def __init__(self, *args: Any, today: date, language: str, deed: Deed | None = None, **kwargs: Any) -> None:
        self.today, self.first = today, language if language in LANGUAGES else "en"
        kwargs["initial"] = _values(deed) if deed else {"done_on": today}
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.in_use()  # type: ignore[attr-defined]
        ends = list(self.fields)
        for code in sorted(LANGUAGES, key=lambda code: code != self.first):
            for name, label in zip(("said", "did"), _LABELS[code], strict=True):
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label,
                    max_length=LONGEST,
                    required=code == self.first,
                    widget=forms.Textarea(attrs={"rows": 2, "lang": code, "maxlength": LONGEST}),
                )
        self.order_fields([name for name in self.fields if name.endswith(f"_{self.first}")] + ends)

    def groups(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields always shown, and those of the other languages."""
        others = [f"{name}_{code}" for code in LANGUAGES if code != self.first for name in ("said", "did")]
        first = [field for field in self.visible_fields() if field.name not in others]
        rest = [self[name] for name in others]
        return {"visible_fields": first}, {"visible_fields": rest, "open": any(f.value() or f.errors for f in rest)}

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError(gettext("This day is ahead. Tell customers of what has been done."))
        if day < EARLIEST:
            raise forms.ValidationError(gettext("Choose a day from the year 2000 on."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for code in LANGUAGES:
            if code == self.first:
                continue
            said, did = cleaned.get(f"said_{code}", ""), cleaned.get(f"did_{code}", "")
            if bool(said) != bool(did):
                missing = f"did_{code}" if said else f"said_{code}"
                self.add_error(missing, gettext("Write both in this language, or neither."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The deed's fields."""
        cleaned = self.cleaned_data
        texts = {
            name: {code: cleaned[f"{name}_{code}"] for code in LANGUAGES if cleaned.get(f"{name}_{code}")}
            for name in ("said", "did")
        }
        return {**texts, **{name: cleaned[name] for name in ("touchpoint", "done_on", "published")}}


def _values(deed: Deed) -> dict[str, Any]:
    texts = {f"{name}_{code}": text for name in ("said", "did") for code, text in getattr(deed, name).items()}
    return {**texts, "touchpoint": deed.touchpoint_id, "done_on": deed.done_on, "published": deed.published}
