"""At which encounter of their own customers answered, and the counts by that number."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cxplatform.tenancy.models import TenantRow


class EncounterMark(TenantRow):
    """What of a response stands in `EncounterRollup`: the customer's nth encounter, and the bins of its scores."""

    pk = models.CompositePrimaryKey("tenant_id", "response_id")
    response_id = models.UUIDField()
    number = models.SmallIntegerField()
    scores: Any = models.JSONField(default=dict)


class EncounterRollup(TenantRow):
    """Answers of a metric given at customers' nth encounter; `histogram` as in ScoreRollup. The last number is
    that and more."""

    pk = models.CompositePrimaryKey("tenant_id", "metric", "number")
    metric = models.CharField(max_length=200)
    number = models.SmallIntegerField()
    histogram = ArrayField(models.IntegerField())
