"""What became of each single promise, and the counts made of it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantRow
from promises.models.rules import Rule


class Status(models.TextChoices):
    PENDING = "pending", _("pending")
    KEPT = "kept", _("kept")
    KEPT_BY_FALLBACK = "fallback", _("kept by fallback")
    BROKEN = "broken", _("broken")
    EXCLUDED = "excluded", _("excluded")


class PromiseOutcome(FactModel):
    """One instance of a rule: a case or a customer's encounter to which the promise applied.

    `subject` is the correlation, the customer's id or, where each event stands by itself, the event's; `opened_by` the
    event that began it. `counted` is the status that stands in the rollups now ("" = none yet: an instance counts only
    when its due time has passed), `counted_day` the day it stands under. `told_at`: when the customer was told that it
    would be late. `at_due` is the status of a pending one that falls due as it is now: broken, or kept by fallback.
    `used` is the share of the time allowed that closing took (of a period: of what was asked for, that was there),
    None where there is no such share; `margin` says by how much it was kept: "exceeded", "near" or neither.
    Dimensions are what its events say and, for the rest, what its customer was at closing (`from_customer`).
    """

    rule = models.ForeignKey(Rule, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    subject = models.CharField(max_length=200)
    opened_by = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.CharField(max_length=300, default="")
    told_at = models.DateTimeField(null=True)
    used = models.FloatField(null=True)
    margin = models.CharField(max_length=10, db_default="")
    at_due = models.CharField(max_length=10, db_default=Status.BROKEN)
    dimensions: Any = models.JSONField(default=dict)
    # Kept apart from what the events say, which is read anew: another event of the same minute may turn out to
    # be the closing one, and what the first one said must go with it.
    from_customer: Any = models.JSONField(default=dict)
    counted = models.CharField(max_length=10, default="")
    counted_day = models.DateField(null=True)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [models.UniqueConstraint(fields=["tenant", "rule", "subject", "opened_by"], name="outcome_once")]
        indexes = [
            models.Index(
                fields=["tenant", "due_at"],
                name="outcome_due",
                condition=models.Q(counted="") & ~models.Q(due_at=None),
            ),
            models.Index(fields=["tenant", "rule", "status", "due_at"], name="outcome_by_status"),
            models.Index(
                fields=["tenant", "customer_id"],
                name="outcome_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
            models.Index(
                fields=["tenant", "unit_id", "due_at"],
                name="outcome_open_by_unit",
                condition=models.Q(status="pending", unit_id__isnull=False),
            ),
        ]


class OutcomeRollup(TenantRow):
    """Counts of outcomes whose due time has passed, by the day they were due.

    The slice is `dimension` = `value`; both empty is the total. Channel 0 is "not known".
    """

    pk = models.CompositePrimaryKey("tenant_id", "rule_id", "dimension", "value", "day", "channel_id")
    rule = models.ForeignKey(Rule, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    dimension = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    day = models.DateField()
    channel_id = models.BigIntegerField()
    kept = models.IntegerField(default=0)
    fallback = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    excluded = models.IntegerField(default=0)
    # Of those kept: with the promise's `exceeded_left` of the time left, and with no more than `near_left`.
    exceeded = models.IntegerField(db_default=0)
    near = models.IntegerField(db_default=0)
