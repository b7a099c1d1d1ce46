"""What the company aims at."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models import Stage, Touchpoint


class Target(TenantModel):
    """The score aimed at in a year: of a touchpoint, of a stage, or of the whole company when both are empty."""

    metric = models.CharField(_("metric"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint"),
    )
    stage = models.ForeignKey(
        Stage,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stage"),
    )
    value = models.FloatField(_("target"))

    class Meta(TenantModel.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-year", "metric", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "metric", "year", "touchpoint", "stage"],
                name="target_once",
                nulls_distinct=False,
                violation_error_message=_("There is already a target for this metric, place and year."),
            ),
            models.CheckConstraint(
                condition=models.Q(touchpoint=None) | models.Q(stage=None),
                name="target_one_place",
                violation_error_message=_("Choose a touchpoint or a stage, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.year}: {self.value:g}"
