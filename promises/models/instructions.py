"""What staff are asked to do so that a promise is kept, who has acknowledged it and been trained."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel, User
from cxplatform.tenancy.roles import Role
from journeys.models import Touchpoint, Unit
from promises.models.definitions import Promise


class Instruction(TenantModel):
    """An instruction to staff in one role. Changed words are a new version, to be acknowledged anew.

    It is addressed to the members with `audience` (empty = every role) of `unit` (empty = every unit); `role` is
    what the work is called, like fitter or cashier.
    """

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="instructions", verbose_name=_("promise")
    )
    role = models.CharField(_("role"), max_length=100)
    wording = models.TextField(_("instruction"))
    audience = models.CharField(_("members"), max_length=20, choices=Role.choices, blank=True)
    unit = models.ForeignKey(
        Unit, models.SET_NULL, db_constraint=False, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="instructions",
        verbose_name=_("touchpoint"),
    )
    training = models.TextField(_("training it takes"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["promise", "position", "id"]

    def __str__(self) -> str:
        return f"{self.role}: {self.wording[:60]}"


class Acknowledgement(TenantModel):
    """A member has read one version of an instruction and, once `acknowledged_at` is there, taken it on."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, db_constraint=False, related_name="acknowledgements")
    version = models.PositiveIntegerField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "instruction", "version", "user"], name="acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.instruction}"


class Training(TenantModel):
    """A member has been trained to follow an instruction."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, db_constraint=False, related_name="trained")
    version = models.PositiveIntegerField()
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    done_on = models.DateField(_("date"))
    noted_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("training")
        verbose_name_plural = _("training")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "instruction", "version", "user"], name="trained_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.instruction}"
