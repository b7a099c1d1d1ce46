"""Counts made of the contact ledger, and counts that were told by others."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cxplatform.tenancy.models import TenantRow


class AskRollup(TenantRow):
    """Asks decided on a day (or in a month), of one value of one dimension of the ledger.

    `dimension` is "" (everything), method, survey, touchpoint, language or unit; `value` is that as text, "" where
    it is not known. `delivered` counts what reached somebody by a way that tells so (e-mail, text message, phone
    call; shown, by a widget), `rated` those of them that were answered. `minutes` and `lag` are histograms of
    cxplatform.stats.waiting: from sending to the answer, and from the event to sending.
    """

    pk = models.CompositePrimaryKey("tenant_id", "dimension", "grain", "start", "value")
    dimension = models.CharField(max_length=20)
    grain = models.CharField(max_length=1)
    start = models.DateField()
    value = models.CharField(max_length=40)
    decided = models.IntegerField()
    skipped = models.IntegerField()
    delivered = models.IntegerField()
    rated = models.IntegerField()
    completed = models.IntegerField()
    refused = models.IntegerField()
    failed = models.IntegerField()
    minutes = ArrayField(models.IntegerField())
    lag = ArrayField(models.IntegerField())


class MonthlyCount(TenantRow):
    """A month of answers given elsewhere, of which only the counts are known: `histogram` as in ScoreRollup.

    These rows are the raw ones: the rollups hold them as of the month's middle day, and a rebuild reads them again.
    A month told anew replaces what was told.
    """

    pk = models.CompositePrimaryKey("tenant_id", "metric", "touchpoint_id", "channel_id", "month")
    metric = models.CharField(max_length=200)
    touchpoint_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    month = models.DateField()
    histogram = ArrayField(models.IntegerField())
    told_at = models.DateTimeField(auto_now=True)
