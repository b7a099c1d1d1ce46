"""What staff describe: channels, units, touchpoints, journeys and their stages."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel, User

slug_of_definition = RegexValidator(
    r"^[a-z0-9][a-z0-9_.-]{0,99}$",
    _("Use small letters a-z, digits, hyphens, dots and underscores, at most 100."),
)


class Definition(TenantModel):
    """Base of what staff define: a name people read, a slug integrators send, archived instead of deleted."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(
        _("identifier"),
        max_length=100,
        validators=[slug_of_definition],
        help_text=_("The name integrations use. Changing it later breaks them."),
    )
    description = models.TextField(_("description"), blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ["name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "slug"],
                name="%(app_label)s_%(class)s_slug",
                violation_error_message=_("This identifier is already in use. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(Definition):
    """Where an encounter happens: shop, web, phone, chat ..."""

    digital = models.BooleanField(_("digital"), default=False)

    class Meta(Definition.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")


class Unit(Definition):
    """A store, team or department; possibly an external partner's."""

    partner = models.BooleanField(_("external partner"), default=False)

    class Meta(Definition.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")


class Touchpoint(Definition):
    """A place where the customer meets the company, whichever journeys it serves."""

    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("channel"),
        related_name="+",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("owning unit"),
        related_name="+",
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"), related_name="+")

    class Meta(Definition.Meta):
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")


class Journey(Definition):
    """A path customers take, in stages."""

    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"), related_name="+")
    position = models.PositiveIntegerField(_("order"), default=0, db_index=False)

    class Meta(Definition.Meta):
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["position", "name", "id"]


class Stage(TenantModel):
    """One phase of a journey."""

    journey = models.ForeignKey(
        Journey, models.CASCADE, db_constraint=False, related_name="stages", verbose_name=_("journey")
    )
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["journey", "position", "id"]

    def __str__(self) -> str:
        return self.name


class Step(TenantModel):
    """A touchpoint's place in a stage; a touchpoint may serve several journeys."""

    stage = models.ForeignKey(Stage, models.CASCADE, db_constraint=False, related_name="steps", verbose_name=_("stage"))
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, db_constraint=False, related_name="steps", verbose_name=_("touchpoint")
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["stage", "position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "stage", "touchpoint"],
                name="step_once",
                violation_error_message=_("This touchpoint is already in this stage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} · {self.touchpoint}"


class TextMapping(TenantModel):
    """A text that integrations send, and the touchpoint, channel or unit staff say it means."""

    class Kind(models.TextChoices):
        TOUCHPOINT = "touchpoint", _("touchpoint")
        CHANNEL = "channel", _("channel")
        UNIT = "unit", _("unit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=300)
    target_id = models.BigIntegerField(_("means"))

    class Meta(TenantModel.Meta):
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "text"], name="text_mapped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
