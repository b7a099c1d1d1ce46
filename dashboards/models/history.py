"""How things stood: counts frozen to compare with, and what the leadership page said on each day."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, TenantRow


class Baseline(TenantModel):
    """The days `start` to `last` as they were counted when frozen: what comes or is corrected later does not
    move it."""

    slug = models.SlugField(_("identifier"), max_length=100)
    name = models.CharField(_("name"), max_length=200)
    start = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["-start", "name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "slug"],
                name="baseline_slug",
                violation_error_message=_("There is a baseline of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BaselineCount(TenantRow):
    """A baseline's histogram of one metric, place, channel and slice; keys and bins as in surveys' ScoreRollup."""

    pk = models.CompositePrimaryKey(
        "tenant_id",
        "baseline_id",
        "metric",
        "dimension",
        "value",
        "touchpoint_id",
        "channel_id",
        "audience",
        "wave",
    )
    baseline = models.ForeignKey(Baseline, models.CASCADE, db_constraint=False, db_index=False, related_name="counts")
    metric = models.CharField(max_length=200)
    dimension = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    touchpoint_id = models.BigIntegerField()
    channel_id = models.BigIntegerField()
    audience = models.CharField(max_length=20)
    wave = models.CharField(max_length=30)
    histogram = ArrayField(models.IntegerField())


class Snapshot(TenantRow):
    """What the leadership page said of the whole company at the end of a day; `data` is `levels.said`'s."""

    pk = models.CompositePrimaryKey("tenant_id", "day")
    day = models.DateField()
    taken_at = models.DateTimeField(auto_now_add=True)
    data: Any = models.JSONField(default=dict)
