"""Figures that come by mail: what each person wants to be sent, and when."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class DigestChoice(TenantModel):
    """One digest of one member. `filters` is the leadership page's address without its period ("journey=buying"):
    the period is the digest's own. `day` is 1 (Monday) to 7 of a weekly one, 1 to 28 of a monthly one.

    `told_until` is the last day of sending that has been dealt with, `trouble` why the last digest had no figures.
    """

    class Kind(models.TextChoices):
        HUDDLE = "huddle", _("weekly, for the huddle")
        LEADERSHIP = "leadership", _("monthly, for the leadership team")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(_("digest"), max_length=12, choices=Kind.choices)
    filters = models.CharField(max_length=700, default="", blank=True)
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(28)])
    language = models.CharField(_("language"), max_length=5, default="", blank=True)
    told_until = models.DateField()
    trouble = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["kind", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user", "kind", "filters"], name="digest_once"),
            models.CheckConstraint(
                condition=models.Q(day__gte=1, day__lte=28) & (models.Q(kind="leadership") | models.Q(day__lte=7)),
                name="digest_day",
            ),
        ]

    @property
    def weekly(self) -> bool:
        return self.kind == self.Kind.HUDDLE
