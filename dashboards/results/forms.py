"""What the public results page is to show."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dashboards.measures import MEASURES
from dashboards.models import ResultsPage
from dashboards.results.quotes import Words
from promises.publishing.forms import LEAST_DAYS, MOST_DAYS


class PageForm(forms.Form):
    """Whether the page is shown, its parts, and its words by language."""

    shown = forms.BooleanField(
        label=_("Show the page to everybody"),
        required=False,
        help_text=_("Until then nobody else can see that there is such a page."),
    )
    listed = forms.BooleanField(label=_("Search engines may list the page"), required=False)
    parts = forms.MultipleChoiceField(
        label=_("What stands on it"),
        choices=ResultsPage.Part.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part.")},
    )
    measures = forms.MultipleChoiceField(
        label=_("Scores of the whole company"),
        required=False,
        choices=[(key, measure.name) for key, measure in MEASURES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each with its interval and the number of answers; too few answers are not shown."),
    )
    days = forms.IntegerField(label=_("Days counted"), min_value=LEAST_DAYS, max_value=MOST_DAYS)

    def __init__(self, *args: Any, page: ResultsPage, **kwargs: Any) -> None:
        names = ("shown", "listed", "parts", "measures", "days")
        initial: dict[str, Any] = {name: getattr(page, name) for name in names}
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
        own = {name: self.cleaned_data[name] for name in ("shown", "listed", "parts", "measures", "days")}
        return own | {"titles": self._texts("title"), "introductions": self._texts("introduction")}

    def _texts(self, field: str) -> dict[str, str]:
        written = {code: self.cleaned_data[f"{field}_{code}"].strip() for code, _name in settings.LANGUAGES}
        return {code: text for code, text in written.items() if text}


class QuotesForm(forms.Form):
    """Which of the words offered stand on the page."""

    quotes = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, offered: Sequence[Words], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = {f"{one.response_id}/{one.key}": one for one in offered}
        self.fields["quotes"].choices = [(name, name) for name in self._offered]  # type: ignore[attr-defined]
        self.initial = {"quotes": [name for name, one in self._offered.items() if one.chosen]}

    @property
    def chosen(self) -> list[Words]:
        return [self._offered[name] for name in self.cleaned_data["quotes"]]

    @property
    def rows(self) -> list[tuple[str, bool, Words]]:
        """(name, ticked, words) of each."""
        ticked = set(self["quotes"].value() or ())
        return [(name, name in ticked, one) for name, one in self._offered.items()]
