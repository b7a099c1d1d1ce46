"""The rules by which promises are measured."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel, User
from journeys.conditions import BadDefinition
from journeys.models import Calendar
from promises.judging.contradictions import contradicted
from promises.judging.measure import measure
from promises.models.definitions import Promise


class Rule(TenantModel):
    """One measure of a promise, with its own target: the promise itself, an instruction to staff that serves
    it, or what following that instruction is meant to lead to.

    - deadline: from an opening event to a closing event of the same case or customer; either time may come from
      a property instead. It stands still between `pause_type` and `resume_type`.
    - condition: a test of a property of the closing event. Accuracy: `property` of the opening event (without one:
      of the closing event) equals `other_property` of the closing event, to `tolerance`. Survey: an answer passes
      the test, `property` being the key of its normalised value.
    - availability: of requests, a test of each event; of time, the share of each period in which the last event
      of its subject passes the test. Stock: likewise, never less than the test asks for.
    - cadence: in each period at least `minimum_count` closing events, from the opening event until `ending_type`.

    Late, it is kept by fallback where the customer was told (`told_type`) before it fell due and offered a
    solution: by `solution_type`, or by `solution_property` of what told them.

    A rule that is judged is not rewritten: another target or measure is a new version, which holds for what opens
    from `valid_from` on; the old one keeps what opened before its `valid_until`.
    """

    class Part(models.TextChoices):
        PROMISE = "promise", _("the promise")
        INSTRUCTION = "instruction", _("instruction to staff")
        INSTRUCTION_TARGET = "instruction_target", _("target of the instruction")

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("deadline")
        CONDITION = "condition", _("condition")
        ACCURACY = "accuracy", _("two values equal")
        SURVEY = "survey", _("judged by customers' answers")
        AVAILABILITY = "availability", _("availability")
        CADENCE = "cadence", _("contact at intervals")
        STOCK = "stock", _("count or stock")

    class Match(models.TextChoices):
        CORRELATION = "correlation", _("the same case")
        CUSTOMER = "customer", _("the same customer")
        EVENT = "event", _("each event by itself")

    class Basis(models.TextChoices):
        REQUESTS = "requests", _("of requests")
        TIME = "time", _("of time")

    class Period(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")

    class Operator(models.TextChoices):
        EQUALS = "eq", "="
        DIFFERS = "ne", "≠"
        LESS = "lt", "<"
        AT_MOST = "lte", "≤"
        MORE = "gt", ">"
        AT_LEAST = "gte", "≥"
        ONE_OF = "in", _("one of")
        PRESENT = "present", _("is there")
        ALL = "all", _("all of a list of tests")

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="rules", verbose_name=_("promise")
    )
    part = models.CharField(_("what it measures"), max_length=20, choices=Part.choices, default=Part.PROMISE)
    wording = models.CharField(_("wording"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DEADLINE)
    target = models.DecimalField(
        _("target, %"),
        max_digits=5,
        decimal_places=2,
        default=90,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    match = models.CharField(_("belongs together by"), max_length=20, choices=Match.choices, default=Match.CORRELATION)
    opening_type = models.CharField(_("opening event"), max_length=100, blank=True)
    closing_type = models.CharField(_("closing event"), max_length=100, blank=True)
    duration_minutes = models.PositiveIntegerField(_("within, minutes"), null=True, blank=True)
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("business hours"),
        help_text=_("Empty = round the clock."),
    )
    due_property = models.CharField(_("due time from property"), max_length=100, blank=True)
    closed_property = models.CharField(_("closing time from property"), max_length=100, blank=True)
    property = models.CharField(_("property"), max_length=100, blank=True)
    operator = models.CharField(_("test"), max_length=10, choices=Operator.choices, blank=True)
    value: Any = models.JSONField(
        _("value"),
        null=True,
        blank=True,
        help_text=_(
            'A text, a number, true or false; a list for "one of"; for a list of tests'
            ' [{"property": "reopen_count", "operator": "eq", "value": 0}, ...].'
        ),
    )
    excluded_property = models.CharField(
        _("exclude when property is there"),
        max_length=100,
        blank=True,
        help_text=_("Its value is the reason."),
    )
    # [{"property": "weather", "operator": "eq", "value": "storm", "reason": "storm"}, ...]
    exclusions: Any = models.JSONField(_("exclude when"), default=list, blank=True)
    pause_type = models.CharField(_("pausing event"), max_length=100, blank=True)
    resume_type = models.CharField(_("resuming event"), max_length=100, blank=True)
    told_type = models.CharField(_("event that tells the customer"), max_length=100, blank=True)
    solution_type = models.CharField(_("event that offers a solution"), max_length=100, blank=True)
    solution_property = models.CharField(_("property that offers a solution"), max_length=100, blank=True)
    other_property = models.CharField(_("property it must equal"), max_length=100, blank=True)
    tolerance = models.DecimalField(
        _("may differ by"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    survey = models.CharField(_("survey"), max_length=100, blank=True, help_text=_("Empty = any survey."))
    at_touchpoint = models.BooleanField(_("only at the promise's touchpoint"), default=False)
    basis = models.CharField(_("share of what"), max_length=10, choices=Basis.choices, default=Basis.REQUESTS)
    period = models.CharField(_("period"), max_length=10, choices=Period.choices, blank=True)
    minimum_count = models.PositiveIntegerField(_("times in a period, at least"), null=True, blank=True)
    share = models.DecimalField(
        _("share of a period, %"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    ending_type = models.CharField(_("event that ends it"), max_length=100, blank=True)
    instruction = models.ForeignKey(
        "promises.Instruction",
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("instruction to staff"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    first = models.ForeignKey(
        "self", models.CASCADE, db_constraint=False, null=True, editable=False, related_name="versions"
    )
    valid_from = models.DateTimeField(_("in force from"), null=True, editable=False)
    valid_until = models.DateTimeField(_("in force until"), null=True, editable=False)
    # Why this version took the place of the one before, and by whom.
    why = models.TextField(_("why"), blank=True, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+", db_index=False)
    position = models.PositiveIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["promise", "position", "id"]

    def __str__(self) -> str:
        return self.wording or str(self.promise)

    def clean(self) -> None:
        """Refuse what could not be judged, at the field to mend."""
        if not self.target:
            raise ValidationError({"target": _("A target of 0 % is none: give more.")})
        try:
            found = measure(self, rule_id=self.pk or 0, zone="UTC")
        except BadDefinition as error:
            raise ValidationError({error.field: str(error)}) from error
        if name := contradicted(found.conditions, scores=self.kind == self.Kind.SURVEY):
            raise ValidationError({"value": _("No event can ever pass: the tests of “%s” exclude each other.") % name})
