"""What happened to customers, as integrators told it."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantModel, TenantRow


class Event(FactModel):
    """One thing that happened. Order is (time, sequence, source_id), never arrival alone.

    `touchpoint_text`, `channel_text` and `unit_text` keep what was sent, also where nothing of that name is
    known yet. Definitions are referred to by id without a constraint of the database: the write path takes
    the ids from the tenant's own tables, and four constraint checks per event would halve the intake.
    `unmapped` says what of it stands in UnmappedText (bits of journeys.unmapped), so that it is counted once.
    """

    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    time = models.DateTimeField()
    sequence = models.BigIntegerField(null=True)
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    touchpoint_text = models.CharField(max_length=300, default="")
    channel_text = models.CharField(max_length=300, default="")
    unit_text = models.CharField(max_length=300, default="")
    correlation = models.CharField(max_length=200, default="")
    properties: Any = models.JSONField(default=dict)
    unmapped = models.SmallIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(
                fields=["tenant", "correlation", "time"],
                name="event_by_correlation",
                condition=~models.Q(correlation=""),
            ),
            models.Index(
                fields=["tenant", "customer_id", "time"],
                name="event_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
            models.Index(
                fields=["tenant", "correlation"],
                name="answer_by_case",
                condition=models.Q(type="survey.answered") & ~models.Q(correlation=""),
            ),
            models.Index(
                fields=["tenant", "customer_id", "time"],
                name="answer_by_customer",
                condition=models.Q(type="survey.answered", customer_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.source_id}"


class EventKey(TenantRow):
    """That an event of this (tenant, source, id) was taken in: a digest, kept apart so that it stays small."""

    pk = models.CompositePrimaryKey("tenant_id", "digest")
    digest = models.UUIDField()
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [BrinIndex(fields=["seen_at"], name="event_key_age", autosummarize=True)]


class UnmappedText(TenantModel):
    """A touchpoint, channel or unit that events name and nobody has defined: counted, for staff to map.

    Of the kind "type" it is a type of event that names no touchpoint and is not described. `events` counts those
    that had no meaning when they came, `example_id` is one of the latest.
    """

    class Kind(models.TextChoices):
        TYPE = "type", _("type of event")
        TOUCHPOINT = "touchpoint", _("touchpoint")
        CHANNEL = "channel", _("channel")
        UNIT = "unit", _("unit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=300)
    events = models.BigIntegerField(_("events"), default=0)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))
    example_id = models.UUIDField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("unmapped text")
        verbose_name_plural = _("unmapped texts")
        ordering = ["-events"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "text"], name="unmapped_once"),
        ]

    def __str__(self) -> str:
        return self.text
