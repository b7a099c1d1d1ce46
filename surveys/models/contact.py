"""Who is asked, and when: the rules of contact, what triggers an ask, and rounds of asking."""

from datetime import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, TenantRow, User
from cxplatform.tenancy.roles import Role
from journeys.models import Channel, Definition, Dimension, Touchpoint
from surveys.models.asking import Survey
from surveys.models.invitations import Method

_UP_TO_YEARS = [MaxValueValidator(3650)]


def every_weekday() -> list[int]:
    return [1, 2, 3, 4, 5, 6, 7]


def mail_then_text() -> list[str]:
    return [Method.EMAIL, Method.SMS]


def everyday_role() -> list[str]:
    return [Role.EMPLOYEE]


class ContactRule(TenantModel):
    """How often a person may be asked, and at what hours. The rule of a kind stands instead of the one for all."""

    kind = models.CharField(
        _("kind of survey"), max_length=20, blank=True, help_text=_("Empty = every kind that has no rule of its own.")
    )
    every_days = models.PositiveSmallIntegerField(
        _("days between asks"), default=30, validators=_UP_TO_YEARS, help_text=_("Nobody is asked twice within these.")
    )
    only_own_kind = models.BooleanField(
        _("look at asks of this kind only"),
        default=False,
        help_text=_("Otherwise an ask of any kind counts, whatever the way it was sent."),
    )
    after_answer_days = models.PositiveSmallIntegerField(
        _("days of rest after an answer"), default=30, validators=_UP_TO_YEARS
    )
    after_refusal_days = models.PositiveSmallIntegerField(
        _("days of rest after a refusal"), default=90, validators=_UP_TO_YEARS
    )
    after_abandon_days = models.PositiveSmallIntegerField(
        _("days of rest after a survey left unfinished"), default=30, validators=_UP_TO_YEARS
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(20, 0), help_text=_("In the customer's own time."))
    quiet_to = models.TimeField(_("quiet until"), default=time(9, 0), help_text=_("The same time twice = no quiet."))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=every_weekday)
    country = models.CharField(
        _("quiet on the holidays of"),
        max_length=2,
        blank=True,
        default="FI",
        help_text=_("Two letters, like FI. Empty = on none."),
    )
    reminders = models.PositiveSmallIntegerField(_("reminders at most"), default=1, validators=[MaxValueValidator(3)])
    remind_after_days = models.PositiveSmallIntegerField(
        _("days before a reminder"), default=3, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("contact rule")
        verbose_name_plural = _("contact rules")
        ordering = ["kind", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "kind"],
                name="contact_rule_kind",
                violation_error_message=_("There is a rule for this kind already. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        return str(dict(Survey.Kind.choices).get(self.kind, self.kind)) if self.kind else str(_("all kinds"))


class SurveyTrigger(Definition):
    """An event that makes a survey be sent. Which events match, when it is due, how it goes, and to how many.

    With `unless_type` it waits `unless_minutes` for that event of the same customer, and asks only if it does not
    come (an abandoned cart). With `nth` only the customer's nth such event counts: once per customer.
    """

    survey = models.ForeignKey(
        Survey, models.PROTECT, db_constraint=False, related_name="triggers", verbose_name=_("survey")
    )
    active = models.BooleanField(_("active"), default=True)
    event_type = models.CharField(_("event"), max_length=100, help_text=_("The type as it is sent: order.delivered."))
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only at this touchpoint"),
    )
    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only in this channel"),
    )
    property_name = models.CharField(_("only where the property"), max_length=100, blank=True)
    property_value = models.CharField(_("has the value"), max_length=200, blank=True)
    unless_type = models.CharField(
        _("unless this event follows"), max_length=100, blank=True, help_text=_("As in order.placed after cart.filled.")
    )
    unless_minutes = models.PositiveIntegerField(
        _("within minutes"), default=60, validators=[MinValueValidator(1), MaxValueValidator(60 * 24 * 365)]
    )
    nth = models.PositiveSmallIntegerField(
        _("only the customer's event number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("1 = the first one, as for a survey 30 days after joining. Asked once of each customer."),
    )
    delay_minutes = models.PositiveIntegerField(
        _("minutes after the event"), default=0, validators=[MaxValueValidator(60 * 24 * 730)]
    )
    methods = ArrayField(
        models.CharField(max_length=10, choices=Method.choices),
        verbose_name=_("ways to ask, the first that the customer has"),
        default=mail_then_text,
    )
    sampling_percent = models.FloatField(
        _("share asked, per cent"), default=100, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    quota_day = models.PositiveIntegerField(_("at most a day"), null=True, blank=True)
    quota_week = models.PositiveIntegerField(_("at most a week"), null=True, blank=True)
    quota_month = models.PositiveIntegerField(_("at most a month"), null=True, blank=True)
    relevant_days = models.PositiveSmallIntegerField(
        _("days an event stays relevant"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("An event heard of later than this asks nobody."),
    )
    lifetime_days = models.PositiveSmallIntegerField(
        _("days the link stays open"), default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )

    class Meta(Definition.Meta):
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")


class AskQuota(TenantRow):
    """How many a trigger has asked in a day (d), week (w) or month (m) of the tenant's calendar."""

    pk = models.CompositePrimaryKey("tenant_id", "trigger_id", "period", "start")
    trigger_id = models.BigIntegerField()
    period = models.CharField(max_length=1)
    start = models.DateField()
    asked = models.IntegerField(default=0)


class SurveyRound(Definition):
    """One wave of asking: a sample, at a time, approved by somebody. Its invitations carry its id."""

    class Who(models.TextChoices):
        EVERYONE = "everyone", _("all customers")
        DIMENSION = "dimension", _("customers by a dimension")
        LISTED = "listed", _("customers on a list")
        STAFF = "staff", _("staff by role")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        RUNNING = "running", _("being asked")
        DONE = "done", _("asked")

    survey = models.ForeignKey(
        Survey, models.PROTECT, db_constraint=False, related_name="rounds", verbose_name=_("survey")
    )
    who = models.CharField(_("who is asked"), max_length=10, choices=Who.choices, default=Who.EVERYONE)
    dimension = models.ForeignKey(
        Dimension,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dimension"),
    )
    values: Any = ArrayField(
        models.CharField(max_length=200), verbose_name=_("values of the dimension"), default=list, blank=True
    )
    customers: Any = ArrayField(
        models.CharField(max_length=200), verbose_name=_("customer numbers"), default=list, blank=True
    )
    roles: Any = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles"), default=everyday_role
    )
    unit_ids: Any = ArrayField(models.BigIntegerField(), verbose_name=_("units"), default=list, blank=True)
    sample_size = models.PositiveIntegerField(
        _("sample size"), default=500, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    seed = models.PositiveIntegerField(_("seed"), default=1, help_text=_("The same seed draws the same people."))
    methods = ArrayField(
        models.CharField(max_length=10, choices=Method.choices),
        verbose_name=_("ways to ask, the first that the customer has"),
        default=mail_then_text,
    )
    lifetime_days = models.PositiveSmallIntegerField(
        _("days the link stays open"), default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    scheduled_at = models.DateTimeField(_("to be sent"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    progress = models.CharField(max_length=80, default="", editable=False)
    drawn = models.PositiveIntegerField(_("drawn"), default=0, editable=False)

    class Meta(Definition.Meta):
        verbose_name = _("survey round")
        verbose_name_plural = _("survey rounds")
        ordering = ["-scheduled_at", "-id"]
