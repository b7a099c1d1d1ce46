"""When so many break that the month's target is in danger: one incident, told once, and its end."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from promises.models.rules import Rule


class Alert(TenantModel):
    """One incident of a rule: open until its windows are calm again (`resolved_at`).

    `facts` are what it was raised by, as they were last: per window days, n, broken, burn rate and threshold.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, db_constraint=False, related_name="alerts")
    opened_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    facts: Any = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "rule"], name="alert_open_once", condition=models.Q(resolved_at=None)
            ),
        ]

    @property
    def windows(self) -> list[dict[str, Any]]:
        """The fast and the slow window it stands by: days, n, broken, burn, threshold, low."""
        return list(self.facts.get("windows", []))


class AlertChoice(TenantModel):
    """How a member wants to hear of alerts; empty = at once of promises they own, of others in the digest."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("at once by e-mail")
        DIGEST = "digest", _("in the daily digest")
        SCREEN = "screen", _("on the screen only")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    how = models.CharField(_("alerts"), max_length=10, choices=How.choices, default="", blank=True)
    digest_sent_on = models.DateField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("choice of alerts")
        verbose_name_plural = _("choices of alerts")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="alert_choice_once"),
        ]
