"""What is promised to customers, and the rules by which it is measured."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel, User
from journeys.conditions import BadDefinition
from journeys.models import Definition, Touchpoint
from promises.judging.calendar import business_hours
from promises.judging.measure import measure


class Calendar(Definition):
    """When the company works: hours by weekday, public holidays of a country, and days of its own."""

    # {"mon": [["08:00", "16:00"]], ...}
    hours: Any = models.JSONField(_("opening hours"), default=dict)
    country = models.CharField(_("holidays of country"), max_length=2, blank=True, default="FI")
    closed_days: Any = models.JSONField(_("other closed days"), default=list, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def clean(self) -> None:
        """Refuse hours and days that could not be read, at the field to mend."""
        try:
            business_hours(zone="UTC", hours=self.hours, country=self.country, closed_days=self.closed_days)
        except BadDefinition as error:
            raise ValidationError({error.field: str(error)}) from error


class Promise(Definition):
    """A customer promise: what customers hear. How it is measured stands in its rules."""

    class Lifecycle(models.TextChoices):
        DRAFT = "draft", _("draft")
        PILOT = "pilot", _("internal pilot")
        PUBLIC = "public", _("public")
        RETIRED = "retired", _("retired")

    wording = models.TextField(_("wording"), help_text=_("The promise in the customer's words."))
    lifecycle = models.CharField(_("lifecycle"), max_length=20, choices=Lifecycle.choices, default=Lifecycle.DRAFT)
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("touchpoint"),
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner"))

    class Meta(Definition.Meta):
        verbose_name = _("promise")
        verbose_name_plural = _("promises")


class Rule(TenantModel):
    """One measure of a promise, with its own target: the promise itself, an instruction to staff that serves
    it, or what following that instruction is meant to lead to.

    A deadline runs from an opening event to a closing event of the same case or customer; either time may come
    from a property instead. A condition tests a property of the closing event.
    """

    class Part(models.TextChoices):
        PROMISE = "promise", _("the promise")
        INSTRUCTION = "instruction", _("instruction to staff")
        INSTRUCTION_TARGET = "instruction_target", _("target of the instruction")

    class Kind(models.TextChoices):
        DEADLINE = "deadline", _("deadline")
        CONDITION = "condition", _("condition")

    class Match(models.TextChoices):
        CORRELATION = "correlation", _("the same case")
        CUSTOMER = "customer", _("the same customer")

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
            measure(self, rule_id=self.pk or 0, zone="UTC")
        except BadDefinition as error:
            raise ValidationError({error.field: str(error)}) from error
