"""How places are noted, and what the public promise page is to show."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from promises.models import Promise, PromisePage, Publication

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LEAST_DAYS, MOST_DAYS = 28, 366


class PlaceForm(forms.Form):
    """A place where a promise is told, and what stands there."""

    place = forms.ChoiceField(label=_("Kind of place"), choices=Publication.Place.choices)
    where = forms.CharField(
        label=_("Where"), max_length=300, help_text=_("So that it is found: the page, the shelf, the campaign.")
    )
    url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("several or other")), *settings.LANGUAGES]
    )
    wording = forms.CharField(
        label=_("What stands there"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Word for word. When the promise is worded anew, places with the old words are flagged."),
    )
    since = forms.DateField(label=_("Since"), widget=_DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=_DAY)

    def __init__(self, *args: Any, promise: Promise, publication: Publication | None = None, **kwargs: Any) -> None:
        if publication:
            kwargs["initial"] = {name: getattr(publication, name) for name in self.base_fields}
        else:
            kwargs["initial"] = {"wording": promise.wording, "since": kwargs.pop("today"), "place": "web"}
        kwargs.pop("today", None)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("It ends before it begins. Choose a later day, or leave this empty."))
        return cleaned


class PageForm(forms.Form):
    """Whether the page is shown, and its words by language."""

    shown = forms.BooleanField(
        label=_("Show the page to everybody"),
        required=False,
        help_text=_("Until then nobody else can see that there is such a page."),
    )
    days = forms.IntegerField(
        label=_("Days counted"),
        min_value=LEAST_DAYS,
        max_value=MOST_DAYS,
        help_text=_("How a promise is kept is told of what fell due in so many last days."),
    )

    def __init__(self, *args: Any, page: PromisePage, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"shown": page.shown, "days": page.days}
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            for field, label, texts in (
                ("title", _("Title"), page.titles),
                ("introduction", _("Introduction"), page.introductions),
            ):
                long = field == "introduction"
                self.fields[f"{field}_{code}"] = forms.CharField(
                    label=f"{label}, {name}",
                    required=False,
                    max_length=2000 if long else 200,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": code}) if long else forms.TextInput({"lang": code}),
                )
                initial[f"{field}_{code}"] = texts.get(code, "")
        self.initial = initial

    @property
    def told(self) -> dict[str, Any]:
        """The fields of the page, its texts by language without those left empty."""
        return {
            "shown": self.cleaned_data["shown"],
            "days": self.cleaned_data["days"],
            "titles": self._texts("title"),
            "introductions": self._texts("introduction"),
        }

    def _texts(self, field: str) -> dict[str, str]:
        written = {code: self.cleaned_data[f"{field}_{code}"].strip() for code, _name in settings.LANGUAGES}
        return {code: text for code, text in written.items() if text}


class ChoiceForm(forms.Form):
    """Which promises stand on the page, and which of them with how they are kept."""

    published = forms.TypedMultipleChoiceField(required=False, coerce=int)
    rates = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, *args: Any, promises: Sequence[Promise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("published", "rates"):
            self.fields[name].choices = [(promise.pk, promise.name) for promise in promises]  # type: ignore[attr-defined]
        self.initial = {
            "published": [promise.pk for promise in promises if promise.published],
            "rates": [promise.pk for promise in promises if promise.rate_published],
        }

    def chosen(self, name: str) -> set[str]:
        """Ids as texts, as they were sent or else as they are."""
        return {str(value) for value in self[name].value() or ()}


def untranslated(promise: Promise, own: str) -> list[str]:
    """The names of languages in which the page would show a promise in the company's `own`."""
    written = promise.wordings or {}
    return [str(name) for code, name in settings.LANGUAGES if code != own and not written.get(code)]
