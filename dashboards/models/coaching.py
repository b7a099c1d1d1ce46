"""Talks in which somebody is coached: what about, what was agreed, and when they talk next."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class CoachingTalk(TenantModel):
    """One talk of two people. Whoever they are not, CX leads and admins aside, never sees it."""

    coach = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("coach"))
    coached = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("who was coached"))
    day = models.DateField(_("day"))
    about = models.TextField(_("what about"))
    agreed = models.TextField(_("what was agreed"), blank=True, default="")
    next_on = models.DateField(_("next time"), null=True, blank=True)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("coaching talk")
        verbose_name_plural = _("coaching talks")
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(fields=["tenant", "coached", "-day"], name="coaching_of_person"),
            models.Index(fields=["tenant", "coach", "-day"], name="coaching_by_coach"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.coached}"
