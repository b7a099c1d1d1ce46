"""Lists that people write one entry a line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget


class Lines(forms.CharField):
    """A list of short texts, one a line; empty lines and doubles are left out."""

    def __init__(self, *, label: Any, help_text: Any = "", most: int = 50, letters: int = 200) -> None:
        self.most, self.letters = most, letters
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        super().__init__(label=label, help_text=help_text, required=False, widget=widget)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return read_lines(value or "")

    def validate(self, value: list[str]) -> None:  # type: ignore[override]
        if len(value) > self.most:
            raise ValidationError(_("At most %d lines fit.") % self.most)
        for line in value:
            if len(line) > self.letters:
                raise ValidationError(_("“%s…” is too long. Shorten it.") % line[:40])

    def run_validators(self, value: Any) -> None:
        """Checked by `validate`: validators of texts know no lists."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != read_lines(data or "")


def read_lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
