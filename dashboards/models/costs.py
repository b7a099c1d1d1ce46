"""What the company puts into a channel."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models import Channel


class ChannelCost(TenantModel):
    """Money put into a channel in a month, by the month's first day. A later figure stands instead of the earlier."""

    channel = models.ForeignKey(
        Channel, models.CASCADE, db_constraint=False, related_name="+", verbose_name=_("channel")
    )
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use three capital letters, such as EUR."))],
    )
    source = models.CharField(_("source"), max_length=100, blank=True)
    told_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("cost of a channel")
        verbose_name_plural = _("costs of channels")
        ordering = ["-month", "channel", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "channel", "month"], name="channel_cost_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.month:%Y-%m}"
