"""What the company changed, on which day, and whom a finding called together."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models import Journey, JourneyVersion, Note, Stage, Touchpoint


class JourneyChange(TenantModel):
    """A change that customers meet from a day on, at a touchpoint, in a stage, on a journey or everywhere.

    `version` is the published version of the journey that it was made of, where it was made of one. `made_by` is who
    made the change, in words, as it may be a partner. What it did is a finding of the kind "change".
    """

    day = models.DateField(_("day"), help_text=_("From which day customers met it."))
    what = models.CharField(_("what was changed"), max_length=200)
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
        Stage, models.CASCADE, db_constraint=False, null=True, blank=True, related_name="+", verbose_name=_("stage")
    )
    journey = models.ForeignKey(
        Journey,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("journey"),
    )
    version = models.ForeignKey(
        JourneyVersion,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version of a journey"),
    )
    made_by = models.CharField(_("by whom"), max_length=200, blank=True)
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-day", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "version"],
                name="change_of_version",
                condition=models.Q(version__isnull=False),
                violation_error_message=_("This version is noted as a change already."),
            ),
            models.CheckConstraint(
                condition=models.Q(touchpoint=None, stage=None)
                | models.Q(touchpoint=None, journey=None)
                | models.Q(stage=None, journey=None),
                name="change_one_place",
                violation_error_message=_("Choose one place: a touchpoint, a stage or a journey."),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Convened(TenantModel):
    """That the owners of a finding's touchpoints were called together in the customer's name, as a note of that day.

    `key` names the finding (`dashboards.improvements.keys`); `stage` is its stage, where it is of one.
    """

    key = models.CharField(max_length=300, default="", blank=True)
    stage = models.ForeignKey(
        Stage, models.CASCADE, db_constraint=False, null=True, related_name="+", verbose_name=_("stage")
    )
    note = models.ForeignKey(Note, models.CASCADE, db_constraint=False, related_name="+", verbose_name=_("note"))
    day = models.DateField(_("day"))
    by = models.CharField(_("by whom"), max_length=200)
    people: Any = models.JSONField(_("called together"), default=list)

    class Meta(TenantModel.Meta):
        verbose_name = _("meeting in the customer's name")
        verbose_name_plural = _("meetings in the customer's name")
        ordering = ["-day", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "stage", "day"], name="convened_once_a_day"),
            models.UniqueConstraint(
                fields=["tenant", "key", "day"], name="convened_of_finding", condition=~models.Q(key="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage or self.note} {self.day}"
