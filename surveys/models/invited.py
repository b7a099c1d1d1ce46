"""Customers who have agreed to more than answering."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from surveys.models.followups import FollowUp


class CoDeveloper(TenantModel):
    """A customer who takes part in improving what they complained of, since `agreed_at`, until `withdrawn_at`.

    Their own yes, given on the page of the matter; how they are reached is read from it and stands here never.
    """

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, db_constraint=False, related_name="+")
    agreed_at = models.DateTimeField(_("agreed"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("co-developer")
        verbose_name_plural = _("co-developers")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "follow_up"], name="co_developer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}"
