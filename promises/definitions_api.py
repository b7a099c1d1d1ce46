"""Promises with their rules, and calendars, over REST."""

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplatform.api import fields
from cxplatform.tenancy import audit
from journeys.arrange import arrange
from journeys.business_hours import EARLIEST, WEEKDAYS, YEAR, kept_earlier
from journeys.definitions_api import DefinitionSerializer, Owner, endpoints
from journeys.models import Calendar, Touchpoint
from promises.feasible import spec
from promises.feasible.lately import Window
from promises.feasible.objections import tried
from promises.making.versions import revise
from promises.models import Promise, Rule
from promises.rules_api import RuleSerializer, check_instructions

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

    hours_from = serializers.DateField(
        write_only=True,
        required=False,
        help_text="The first day on which new hours or another country hold; today where it is left out. Days before it"
        " are judged by what held then.",
    )
    earlier = serializers.JSONField(read_only=True, help_text="What held before: until (not included), hours, country.")

    example = {"slug": "office", "name": "Office hours", "hours": {"mon": [["08:00", "16:00"]]}, "country": "FI"}

    class Meta:
        model = Calendar
        fields = (*DefinitionSerializer.common, "hours", "country", "closed_days", "hours_from", "earlier")

    def validate_hours_from(self, day: date) -> date:
        if not EARLIEST <= day <= timezone.now().date() + YEAR:
            raise serializers.ValidationError("Send a day from the year 2000 to a year ahead.")
        return day

    def create(self, values: dict[str, Any]) -> Any:
        values.pop("hours_from", None)
        return super().create(values)

    def update(self, definition: Any, values: dict[str, Any]) -> Any:
        since = values.pop("hours_from", None) or timezone.localdate(timezone=self.context["request"].auth.tenant.zone)
        was = (definition.hours, definition.country)
        if was != (values.get("hours", was[0]), values.get("country", was[1])):
            values["earlier"] = kept_earlier(definition.earlier, hours=was[0], country=was[1], since=since)
        return super().update(definition, values)


class WordingsSerializer(fields.StrictSerializer):
    """The promise in other languages; where one is left out, `wording` is read."""

    fi, sv, en = (fields.Text(required=False, allow_blank=True, max_length=1000) for _ in range(3))

    def to_representation(self, stored: Any) -> Any:
        return stored or {}


class PromiseSerializer(DefinitionSerializer):
    wordings = WordingsSerializer(required=False)
    key_words = serializers.ListField(
        child=fields.Text(max_length=60), required=False, max_length=10, help_text="What carries it, in a few words."
    )
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
        "matters": "Nobody wants to wait for days not knowing whether anybody has read the message.",
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
        extra_kwargs = {
            "lifecycle": {
                "help_text": "Judged while in pilot or public. Moved by POST promises/{slug}/lifecycle alone."
            }
        }
        fields = (
            *DefinitionSerializer.common,
            "wording",
            "wordings",
            "lifecycle",
            "visibility",
            "element",
            "touchpoint",
            "owner",
            "vision",
            "matters",
            "matters_most",
            "measurable",
            "attainable",
            "key_words",
            "feeling",
            "customer_view",
            "staff_view",
            "management_view",
            "pilot_cases",
            "pilot_weeks",
            "pilot_margin",
            "rules",
        )

    def validate_lifecycle(self, lifecycle: str) -> str:
        here = self.instance.lifecycle if self.instance else Promise.Lifecycle.DRAFT
        if lifecycle != here:
            raise serializers.ValidationError(
                f"A promise is made as a draft and moves by POST promises/{{slug}}/lifecycle. Leave this out or send"
                f" {str(here)!r}."
            )
        return lifecycle

    def arrange_rules(self, promise: Promise, rows: list[dict[str, Any]]) -> None:
        check_instructions(promise, rows)
        present = list(Rule.objects.in_use().filter(promise=promise, valid_until=None))
        named = {rule.pk: rule for rule in present}
        earlier = [named.get(row.get("id")) for row in rows]
        kept, left = arrange(model=Rule, present=present, wanted=rows, match="id", change=_revised, promise=promise)
        window = Window(self.context["request"].auth.tenant, timezone.now())
        for place, (rule, before) in enumerate(zip(kept, earlier, strict=True)):
            _object(place, rule, before, window)
        for rule in left:
            before = audit.stored(rule)
            rule.archived_at = timezone.now()
            rule.save(update_fields=["archived_at"])
            audit.record("archived", rule, before=before)


_NEVER_RIGHT = {"value", "exclusions", "calendar", "target"}


def _object(place: int, rule: Rule, before: Rule | None, window: Window) -> None:
    """Refuse a rule that can never work, or a target out of reach, with the reason.

    Events and surveys that are not there yet pass: an integration may send the rule before them.
    """
    if before is not None and spec.facts(rule) == spec.facts(before):
        return
    found = tried(rule, window, before=before).objections
    if errors := {each.field: [each.message] for each in found if each.field in _NEVER_RIGHT}:
        raise serializers.ValidationError([*({} for _ in range(place)), errors])


def _revised(rule: Rule, values: dict[str, Any]) -> Rule:
    return revise(rule=rule, why=values.pop("why", ""), changes={k: v for k, v in values.items() if k != "id"})


def _rules() -> Prefetch:
    rules = (
        Rule._base_manager.filter(archived_at=None, valid_until=None)
        .select_related("calendar")
        .order_by("position", "id")
    )
    return Prefetch("rules", rules)


urlpatterns = [
    *endpoints("calendars", CalendarSerializer),
    *endpoints("promises", PromiseSerializer, related=("touchpoint", "owner"), fetched=(_rules,)),
]
