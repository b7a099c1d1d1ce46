"""What customers say after a promise to them was broken, and after it was kept."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from cxplatform.tenancy.models import TenantModel
from promises.models.rules import Rule


class OutcomeScore(TenantModel):
    """Histograms of one metric ("nps/0-10") of the customers of a rule, each counted once, taken anew by and by.

    `broken` are answers of those to whom it broke at least once, `kept` of the others. `relationship` = answers of a
    survey round, which are never pooled with those about an encounter. `metric` "" = too few have answered any.
    `surprised` of those in `kept` met a gesture meanwhile and gave a top score.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, db_constraint=False, related_name="+", db_index=False)
    metric = models.CharField(max_length=200, default="")
    relationship = models.BooleanField(default=False)
    broken: Any = ArrayField(models.IntegerField(), default=list)
    kept: Any = ArrayField(models.IntegerField(), default=list)
    surprised = models.IntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "rule"], name="scores_of_rule"),
        ]
