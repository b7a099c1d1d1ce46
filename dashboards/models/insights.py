"""What a look over everything found: kept, as it is too dear to work out while somebody waits for a page."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, TenantRow
from journeys.models import Journey, Stage, Touchpoint


class Insight(TenantModel):
    """One finding of one kind (`dashboards.insights`), about the whole company, a journey, a stage or a touchpoint.

    `rank` 1 is the first of its kind. `data` holds its figures in a shape that its finder alone knows; figures of
    small groups never get here. `start` and `last` are the first and the last day looked at.
    """

    kind = models.CharField(max_length=40)
    rank = models.PositiveIntegerField()
    journey = models.ForeignKey(Journey, models.CASCADE, db_constraint=False, null=True, related_name="+")
    stage = models.ForeignKey(Stage, models.CASCADE, db_constraint=False, null=True, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, db_constraint=False, null=True, related_name="+")
    data: Any = models.JSONField(default=dict)
    start = models.DateField()
    last = models.DateField()

    class Meta(TenantModel.Meta):
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["kind", "rank"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "rank"], name="insight_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rank}"


class Look(TenantRow):
    """When findings of a kind were looked for last, at which version of the counts, and how that went.

    `trouble` is the reason that a look failed, "" when it did not: then the findings of the look before it stand.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind")
    kind = models.CharField(max_length=40)
    looked_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    trouble = models.CharField(max_length=300, default="", blank=True)
