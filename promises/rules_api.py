"""Rules over REST, as a list of their promise."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplatform.api import fields
from journeys.models import Calendar
from promises.models import Instruction, Promise, Rule


class ExclusionSerializer(fields.StrictSerializer):
    """A test of the event's properties, and why what passes it does not count."""

    property = fields.Text(max_length=100)
    operator = fields.Choice(choices=[name for name in Rule.Operator.values if name != Rule.Operator.ALL])
    value = serializers.JSONField(required=False, allow_null=True)
    reason = fields.Text(max_length=300)

    def to_representation(self, stored: Any) -> Any:
        return stored


@extend_schema_field({"type": "integer"})
class InstructionId(fields.Whole):
    """By id, as instructions have no identifier of their own."""

    def get_attribute(self, rule: Any) -> Any:
        return rule.instruction_id

    def to_internal_value(self, data: Any) -> Any:
        number = super().to_internal_value(data)
        found = Instruction.objects.in_use().filter(pk=number).first() if 0 < number < 2**63 else None
        if found is None:
            raise serializers.ValidationError("There is no such instruction in use. Write it first.")
        return found


def check_instructions(promise: Promise, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse rules that would measure another promise's instruction; ValidationError by row."""
    errors = {
        place: {"instruction": ["This instruction is another promise's. Send one of this promise."]}
        for place, row in enumerate(rows)
        if row.get("instruction") and row["instruction"].promise_id != promise.pk
    }
    if errors:
        raise serializers.ValidationError([errors.get(place, {}) for place in range(len(rows))])


class RuleSerializer(fields.StrictModelSerializer):
    """One measure of a promise. Which fields a kind takes is told at `kind`; the others are left out."""

    id = fields.Whole(required=False, help_text="Keeps the rule and its outcomes; leave out to make a new one.")
    calendar = fields.SlugReference(
        Calendar, required=False, allow_null=True, help_text="Business hours the deadline runs in; null = all hours."
    )
    value = serializers.JSONField(
        required=False, allow_null=True, help_text="What the property is compared with; a list for in and all."
    )
    exclusions = ExclusionSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=20, help_text="Cases that pass one of these tests are left out."
    )
    instruction = InstructionId(
        required=False,
        allow_null=True,
        help_text="The id of the promise's instruction to staff that it measures; with a part other than promise.",
    )
    why = fields.Text(
        required=False,
        allow_blank=True,
        max_length=2000,
        help_text="Why target or measure are changed. What was judged by them stays: the rule goes on as a new version"
        " with another id.",
    )

    class Meta:
        model = Rule
        fields = (
            "id",
            "part",
            "wording",
            "kind",
            "target",
            "match",
            "opening_type",
            "closing_type",
            "duration_minutes",
            "calendar",
            "due_property",
            "closed_property",
            "property",
            "operator",
            "value",
            "excluded_property",
            "exclusions",
            "pause_type",
            "resume_type",
            "told_type",
            "solution_type",
            "solution_property",
            "other_property",
            "tolerance",
            "survey",
            "at_touchpoint",
            "basis",
            "period",
            "minimum_count",
            "share",
            "ending_type",
            "instruction",
            "version",
            "valid_from",
            "why",
        )
        read_only_fields = ("version", "valid_from")
        extra_kwargs = {
            "part": {"help_text": "The promise itself, an instruction to staff, or what the instruction leads to."},
            "wording": {"help_text": "What is measured, in words; empty = the promise's wording."},
            "kind": {
                "help_text": "deadline: closed in time? condition: does a property pass a test? accuracy: do two"
                " properties agree? survey: does an answer pass a test? availability: does each request, or the state"
                " over a period? stock: is there never less? cadence: does it happen so often in each period?"
            },
            "target": {"help_text": "Per cent that shall be kept."},
            "match": {"help_text": "Which events belong together: those of a correlation, or of a customer."},
            "opening_type": {"help_text": "The type of event that begins the deadline; empty for a condition."},
            "closing_type": {"help_text": "The type of event that ends the deadline, or that is tested."},
            "duration_minutes": {"help_text": "Minutes from opening to due; null when a property holds the due time."},
            "due_property": {"help_text": "The property that holds the due time."},
            "closed_property": {"help_text": "The property that holds the closing time."},
            "property": {"help_text": "The property a condition tests."},
            "operator": {"help_text": "How it is tested; all takes a list of tests as value."},
            "excluded_property": {"help_text": "Cases with this property are left out; its value is the reason."},
            "pause_type": {"help_text": "The deadline stands still from this type of event on ..."},
            "resume_type": {"help_text": "... until this one."},
            "told_type": {"help_text": "Late, it is kept by fallback when this told the customer in time ..."},
            "solution_type": {"help_text": "... and this offered a solution in time,"},
            "solution_property": {"help_text": "... or this property of the telling event did."},
            "other_property": {"help_text": "Of accuracy: the closing event's property that must agree."},
            "tolerance": {"help_text": "Of accuracy: by how much two numbers may differ."},
            "survey": {"help_text": "Of survey: its identifier; empty = any."},
            "at_touchpoint": {"help_text": "Of survey: only answers at the promise's touchpoint."},
            "basis": {"help_text": "Of availability: of requests or of time."},
            "period": {"help_text": "Of cadence, stock and availability of time: the calendar period."},
            "minimum_count": {"help_text": "Of cadence: how many closing events a period must have."},
            "share": {"help_text": "Of availability of time: per cent of the period."},
            "ending_type": {"help_text": "The type of event that ends what is promised by period."},
        }
