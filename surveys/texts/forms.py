"""How a topic is named and its words are written."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Topic
from surveys.texts import teach
from surveys.texts.words import LANGUAGES

_LABELS = {
    "fi": (_("Name in Finnish"), _("Words in Finnish")),
    "sv": (_("Name in Swedish"), _("Words in Swedish")),
    "en": (_("Name in English"), _("Words in English")),
}
_MOST_WORDS = 200


class TopicForm(forms.Form):
    """A topic: its name, and by language a name and the words that tell of it."""

    name = forms.CharField(label=_("Name"), max_length=200)

    def __init__(self, *args: Any, topic: Topic | None = None, **kwargs: Any) -> None:
        if topic is not None:
            kwargs["initial"] = {"name": topic.name} | {
                name: value
                for language in LANGUAGES
                for name, value in (
                    (f"name_{language}", topic.names.get(language, "")),
                    (f"words_{language}", " ".join(topic.words.get(language, []))),
                )
            }
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            name, words = _LABELS[language]
            self.fields[f"name_{language}"] = forms.CharField(
                label=name, max_length=200, required=False, help_text=_("Empty = the name above.")
            )
            self.fields[f"words_{language}"] = forms.CharField(
                label=words,
                max_length=5_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                help_text=_(
                    "Base forms with a space between. A * at the end stands for every word that begins so: wait*"
                ),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words = teach.read_words({language: cleaned.get(f"words_{language}", "") for language in LANGUAGES})
        for language, listed in words.items():
            if len(listed) > _MOST_WORDS:
                self.add_error(f"words_{language}", gettext("Write at most %(n)s words.") % {"n": _MOST_WORDS})
            bare = [word for word in listed if len(word.rstrip("*")) < 2 or "*" in word.rstrip("*")]
            if bare:
                self.add_error(
                    f"words_{language}",
                    gettext("%(word)s: write at least two letters, and a * at the end only.") % {"word": bare[0]},
                )
        return cleaned

    @property
    def topic_fields(self) -> dict[str, Any]:
        """What the form says, as the topic stores it."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "names": {language: said[f"name_{language}"] for language in LANGUAGES if said[f"name_{language}"]},
            "words": teach.read_words({language: said[f"words_{language}"] for language in LANGUAGES}),
        }


class ExampleForm(forms.Form):
    """A text of one's own that is about the topic, or is not."""

    text = forms.CharField(
        label=_("An example of your own"),
        max_length=teach.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As a customer would write it."),
    )
    about = forms.ChoiceField(
        label=_("It is"),
        choices=[("yes", _("about this")), ("no", _("not about this"))],
        initial="yes",
        widget=forms.RadioSelect,
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text.split()) < 2:
            raise ValidationError(gettext("Write a sentence: one word belongs to the words above."))
        return text
