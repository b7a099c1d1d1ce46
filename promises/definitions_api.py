"""Promises with their rules, and calendars, over REST."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplatform.api import fields
from cxplatform.tenancy import audit
from journeys.arrange import arrange
from journeys.definitions_api import DefinitionSerializer, Owner, endpoints
from journeys.models import Touchpoint
from promises.judging.calendar import WEEKDAYS
from promises.models import Calendar, Promise, Rule

_MOST_RULES = 50
_HOURS = {
    "type": "object",
    "description": "By weekday, pairs of opening and closing time.",
    "additionalProperties": False,
    "properties": {
        day: {
            "type": "array",
            "items": {
                "type": "array",
                "items": {"type": "string", "pattern": r"^([01]\d|2[0-4]):[0-5]\d$"},
                "minItems": 2,
                "maxItems": 2,
            },
        }
        for day in WEEKDAYS
    },
    "example": {"mon": [["08:00", "16:00"]], "sat": [["10:00", "14:00"]]},
}


@extend_schema_field(_HOURS)
class Hours(serializers.JSONField):
    pass


class CalendarSerializer(DefinitionSerializer):
    hours = Hours()
    closed_days = serializers.ListField(
        child=fields.Day(), required=False, max_length=1000, help_text="Days closed beside public holidays."
    )

    example = {"slug": "office", "name": "Office hours", "hours": {"mon": [["08:00", "16:00"]]}, "country": "FI"}

    class Meta:
        model = Calendar
        fields = (*DefinitionSerializer.common, "hours", "country", "closed_days")


class RuleSerializer(fields.StrictModelSerializer):
    """One measure of a promise: a deadline between two events, or a condition at an event."""

    id = fields.Whole(required=False, help_text="Keeps the rule and its outcomes; leave out to make a new one.")
    calendar = fields.SlugReference(
        Calendar, required=False, allow_null=True, help_text="Business hours the deadline runs in; null = all hours."
    )
    value = serializers.JSONField(
        required=False, allow_null=True, help_text="What the property is compared with; a list for in and all."
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
        )
        extra_kwargs = {
            "part": {"help_text": "The promise itself, an instruction to staff, or what the instruction leads to."},
            "wording": {"help_text": "What is measured, in words; empty = the promise's wording."},
            "kind": {"help_text": "deadline: closed in time? condition: does a property pass a test?"},
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
        }


class PromiseSerializer(DefinitionSerializer):
    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    owner = Owner(required=False, allow_null=True)
    rules = RuleSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=_MOST_RULES,
        help_text="All rules in order. What is sent replaces the whole list; a rule left out is archived, and of a"
        " rule sent with its id the fields left out stay.",
    )
    parts = ("rules",)

    example = {
        "slug": "reply-in-a-day",
        "name": "Reply in a day",
        "wording": "We reply within a working day.",
        "lifecycle": "pilot",
        "rules": [
            {
                "opening_type": "message.received",
                "closing_type": "message.answered",
                "duration_minutes": 480,
                "calendar": "office",
                "target": 95,
            }
        ],
    }

    class Meta:
        model = Promise
        extra_kwargs = {"lifecycle": {"help_text": "Judged while in pilot or public; seen by customers when public."}}
        fields = (*DefinitionSerializer.common, "wording", "lifecycle", "touchpoint", "owner", "rules")

    def arrange_rules(self, promise: Promise, rows: list[dict[str, Any]]) -> None:
        present = Rule.objects.in_use().filter(promise=promise)
        _, left = arrange(model=Rule, present=present, wanted=rows, match="id", promise=promise)
        for rule in left:
            before = audit.stored(rule)
            rule.archived_at = timezone.now()
            rule.save(update_fields=["archived_at"])
            audit.record("archived", rule, before=before)


def _rules() -> Prefetch:
    rules = Rule._base_manager.filter(archived_at=None).select_related("calendar").order_by("position", "id")
    return Prefetch("rules", rules)


urlpatterns = [
    *endpoints("calendars", CalendarSerializer),
    *endpoints("promises", PromiseSerializer, related=("touchpoint", "owner"), fetched=(_rules,)),
]
