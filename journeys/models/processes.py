"""What goes on behind the touchpoints, and the channels a touchpoint is offered through."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from journeys.models.structure import Channel, Definition, Touchpoint, Unit


class Process(Definition):
    """Work the customer does not see: billing, stock, credit check. One that serves no touchpoint is reported."""

    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"), related_name="+")
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("unit"),
        related_name="+",
    )
    system = models.CharField(_("system"), max_length=200, blank=True, help_text=_("What it is done with."))
    review_on = models.DateField(
        _("review by"), null=True, blank=True, help_text=_("When to ask whether it is still needed.")
    )

    class Meta(Definition.Meta):
        verbose_name = _("background process")
        verbose_name_plural = _("background processes")


class ProcessTouchpoint(TenantModel):
    """That a process serves a touchpoint."""

    process = models.ForeignKey(
        Process, models.CASCADE, db_constraint=False, related_name="serves", verbose_name=_("background process")
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, db_constraint=False, related_name="served_by", verbose_name=_("touchpoint")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("touchpoint a process serves")
        verbose_name_plural = _("touchpoints processes serve")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "process", "touchpoint"], name="process_serves_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process} · {self.touchpoint}"


class TouchpointChannel(TenantModel):
    """A further channel a touchpoint is offered through, and how well it works there (1 weak ... 5 strong)."""

    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, db_constraint=False, related_name="offered", verbose_name=_("touchpoint")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, db_constraint=False, related_name="+", verbose_name=_("channel")
    )
    strength = models.PositiveSmallIntegerField(
        _("strength 1-5"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("channel it is offered through")
        verbose_name_plural = _("channels it is offered through")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "touchpoint", "channel"],
                name="touchpoint_channel_once",
                violation_error_message=_("This channel is already there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} · {self.channel}"
