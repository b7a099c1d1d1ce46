"""The form of what is done with several follow-ups at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.followups import owners

HAND_OVER, CLOSE = "assign", "close"


class ManyForm(forms.Form):
    """What is done with all of them; to hand over takes a person, to close takes a reason."""

    do = forms.ChoiceField(choices=[(HAND_OVER, ""), (CLOSE, "")])
    to: Any = forms.TypedChoiceField(label=gettext_lazy("To whom"), coerce=int, required=False, empty_value=None)
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=2_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "many-%s"} | kwargs)
        self.people = {user.pk: user for user in owners.able()}
        self.fields["to"].choices = [("", _("choose a person")), *((pk, str(user)) for pk, user in self.people.items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("do") == HAND_OVER and not told.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose who they are handed over to."))
        if told.get("do") == CLOSE and not told.get("why"):
            self.add_error("why", _("Write why they are closed without solving."))
        return told
