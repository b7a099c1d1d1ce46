"""The queue between taking events in and counting them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantModel


class QueueRow(models.Model):
    """One write's events, waiting to be counted. Outside row-level security, so it holds ids and nothing else."""

    tenant_id = models.BigIntegerField()
    event_ids = ArrayField(models.UUIDField())
    enqueued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "id"], name="queue_by_tenant")]


class QuarantinedEvent(FactModel):
    """An event that a consumer could not take in; kept whole in the events, waiting for a mend and a replay."""

    event_id = models.UUIDField()
    consumer = models.CharField(_("consumer"), max_length=100)
    error = models.TextField(_("error"))
    quarantined_at = models.DateTimeField(_("quarantined"), db_default=Now())
    replayed_at = models.DateTimeField(_("replayed"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "event_id"], name="quarantine_once")]


class Pulse(TenantModel):
    """How many times a tenant's counts have changed: what an open page asks for instead of its figures."""

    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="pulse_per_tenant"),
        ]
