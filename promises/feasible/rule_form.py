"""A rule as staff write it, in plain words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from journeys.conditions import BadDefinition
from journeys.models import Calendar
from journeys.written import read_value, write_value
from promises.feasible.kinds import NOTHING, asked
from promises.feasible.objections import REOPENED, TO_COME
from promises.judging.measure import ANSWERED
from promises.models import Instruction, Promise, Rule
from promises.written import read_exclusions, write_exclusions
from surveys.models import Survey

_LIST = {"list": "event-types", "autocomplete": "off", "spellcheck": "false"}
_FOLDED = {"pause", "fallback", "out"}
# The form's sections with the fields of each, in order.
SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("what", _("What is measured"), ("part", "instruction", "wording", "kind")),
    ("events", _("By which events"), ("basis", "match", "opening_type", "closing_type", "survey", "at_touchpoint")),
    (
        "kept",
        _("When it is kept"),
        (
            "hours", "minutes", "calendar", "property", "operator", "value", "other_property", "tolerance", "period",
            "minimum_count", "share", "ending_type", "due_property", "closed_property",
        ),
    ),
    ("pause", _("While we wait for the customer"), ("pause_type", "resume_type")),
    ("fallback", _("If it gets late"), ("told_type", "solution_type", "solution_property")),
    ("out", _("What does not count"), ("exclusions", "excluded_property")),
    ("target", _("Target"), ("target", "why")),
    ("boxes", _("Before saving"), (TO_COME, REOPENED)),
)  # fmt: skip


def _event(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=100, help_text=help_text, widget=forms.TextInput(attrs=_LIST)
    )


def _property(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100, help_text=help_text)


class RuleForm(forms.Form):
    """`rule` is what the form says, not stored, once it is valid."""

    part = forms.ChoiceField(label=_("It measures"), choices=Rule.Part.choices)
    instruction: Any = forms.ModelChoiceField(label=_("Instruction to staff"), queryset=None, required=False)
    wording = forms.CharField(
        label=_("In words"), required=False, max_length=300, help_text=_("Empty = the promise's own words.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Rule.Kind.choices)
    basis = forms.ChoiceField(label=_("Share of what"), choices=Rule.Basis.choices, required=False)
    match = forms.ChoiceField(label=_("What belongs together"), choices=Rule.Match.choices)
    opening_type = _event(_("Opening event"))
    closing_type = _event(_("Closing event"))
    survey = forms.ChoiceField(label=_("Survey"), required=False)
    at_touchpoint = forms.BooleanField(label=_("Only answers at the promise's touchpoint"), required=False)
    hours = forms.IntegerField(label=_("Within, hours"), required=False, min_value=0, max_value=43_000)
    minutes = forms.IntegerField(label=_("and minutes"), required=False, min_value=0, max_value=59)
    calendar: Any = forms.ModelChoiceField(
        label=_("In opening hours of"), queryset=None, required=False, empty_label=_("round the clock")
    )
    property = _property(_("Property"))
    operator = forms.ChoiceField(label=_("Test"), required=False)
    value = forms.CharField(
        label=_("Value"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "A text, a number, true or false. For “one of” one value to a line; for several tests one to a line,"
            " like reopen_count = 0."
        ),
    )
    other_property = _property(_("Property with the second value"))
    tolerance = forms.DecimalField(
        label=_("May differ by"), required=False, min_value=0, max_digits=12, decimal_places=4
    )
    period = forms.ChoiceField(label=_("In each"), required=False)
    minimum_count = forms.IntegerField(label=_("Times, at least"), required=False, min_value=1, max_value=1000)
    share = forms.DecimalField(
        label=_("Share of the period, %"),
        required=False,
        min_value=Decimal("0.001"),
        max_value=100,
        max_digits=6,
        decimal_places=3,
    )
    ending_type = _event(_("No longer promised after the event"))
    due_property = _property(_("Due time from a property"), _("Of the opening event; it comes before the hours."))
    closed_property = _property(_("Closing time from a property"), _("Of the closing event, else of any later one."))
    pause_type = _event(_("The clock stands still from the event"))
    resume_type = _event(_("and goes on at the event"))
    told_type = _event(
        _("The customer is told by the event"), _("Told before it is late and offered a solution, it is kept.")
    )
    solution_type = _event(_("A solution is offered by the event"))
    solution_property = _property(_("or by a property of what tells them"))
    exclusions = forms.CharField(
        label=_("Leave out when"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "weather = storm | storm"}),
        help_text=_("One to a line: a test of a property, | and the reason."),
    )
    excluded_property = _property(_("Leave out when there is the property"), _("Its value is the reason."))
    target = forms.DecimalField(
        label=_("Target, %"), min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2
    )
    why = forms.CharField(
        label=_("Why it is changed"), required=False, max_length=1000, help_text=_("It stays in the rule's history.")
    )
    to_come = forms.BooleanField(
        label=_("These events are still to come"),
        required=False,
        help_text=_("Of a draft, types of events need not have come in yet."),
    )
    reopened = forms.BooleanField(
        label=_("A case that is opened again is still the same case"),
        required=False,
        help_text=_("It then counts once, by its first opening and closing."),
    )

    def __init__(self, given: Any, *, promise: Promise, stored: Rule | None = None) -> None:
        self.promise, self.stored = promise, stored
        self.rule: Rule | None = None
        super().__init__(given, initial=_initial(stored))
        choices: dict[str, Any] = self.fields
        choices["operator"].choices = [("", "–"), *Rule.Operator.choices]
        choices["period"].choices = [("", "–"), *Rule.Period.choices]
        surveys = Survey.objects.in_use().order_by("name").values_list("slug", "name")
        choices["survey"].choices = [("", _("any survey")), *surveys]
        choices["calendar"].queryset = Calendar.objects.in_use()
        choices["instruction"].queryset = Instruction.objects.in_use().filter(promise=promise)
        if promise.lifecycle != Promise.Lifecycle.DRAFT:
            del self.fields[TO_COME]
        if stored is None:
            del self.fields["why"]

    def sections(self) -> Iterator[tuple[str, Any, list[forms.BoundField], bool | None]]:
        """Key, title and fields of each; whether it is open where it can be folded, None where it cannot."""
        for key, title, names in SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            yield key, title, fields, any(f.value() or f.errors for f in fields) if key in _FOLDED else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        facts = {name: cleaned[name] for name in ("part", "instruction", "wording", "kind", "match", "target")}
        self.rule = Rule(
            **facts | self._measured(cleaned),
            promise=self.promise,
            pk=self.stored.pk if self.stored else None,
            position=self.stored.position if self.stored else 0,
        )
        return cleaned

    def _measured(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The fields that the kind asks for; the others are emptied."""
        given = dict(cleaned)
        hours, minutes = cleaned.get("hours"), cleaned.get("minutes")
        given["duration_minutes"] = None if hours is None and minutes is None else (hours or 0) * 60 + (minutes or 0)
        for name, read in (
            ("value", lambda: read_value(cleaned["operator"], cleaned["value"])),
            ("exclusions", lambda: read_exclusions(cleaned["exclusions"])),
        ):
            try:
                given[name] = read()
            except BadDefinition as error:
                self.add_error(name, ValidationError(str(error)))
        basis = cleaned.get("basis") or Rule.Basis.REQUESTS
        given["basis"] = basis
        kind = cleaned["kind"]
        return {name: given[name] if asked(kind, name, basis) else nothing for name, nothing in NOTHING.items()}

    def object_to(self, field: str, message: str) -> None:
        """A complaint about a field of the model, at the field of the form that stands for it."""
        shown = {"duration_minutes": "hours"}.get(field, field)
        self.add_error(shown if shown in self.fields else None, ValidationError(message))


def _initial(stored: Rule | None) -> dict[str, Any]:
    if stored is None:
        return {"target": 90, "kind": Rule.Kind.DEADLINE, "match": Rule.Match.CORRELATION, "part": Rule.Part.PROMISE}
    initial = {name: getattr(stored, name) for name in (*NOTHING, "part", "wording", "kind", "match", "target")}
    initial["target"] = f"{stored.target.normalize():f}"
    minutes = stored.duration_minutes
    if minutes is not None:
        initial |= {"hours": minutes // 60, "minutes": minutes % 60}
    return initial | {
        "calendar": stored.calendar_id,
        "instruction": stored.instruction_id,
        "closing_type": ""
        if stored.kind == Rule.Kind.SURVEY and stored.closing_type == ANSWERED
        else stored.closing_type,
        "value": write_value(stored.operator, stored.value),
        "exclusions": write_exclusions(stored.exclusions or []),
    }
