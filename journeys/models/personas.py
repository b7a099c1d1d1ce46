"""Whom journeys are made for."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models.customers import Dimension
from journeys.models.structure import Definition, Journey


class Persona(Definition):
    """A typical customer. Where it stands for a value of a dimension, scores are shown for those customers."""

    goals = models.TextField(_("goals"), blank=True)
    needs = models.TextField(_("needs"), blank=True)
    challenges = models.TextField(_("challenges"), blank=True)
    delights = models.TextField(_("delights"), blank=True)
    fears = models.TextField(_("fears"), blank=True)
    dimension = models.ForeignKey(
        Dimension,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("dimension"),
        related_name="+",
        help_text=_("By which its customers are known, such as the segment."),
    )
    value = models.CharField(
        _("value"), max_length=200, blank=True, help_text=_("Which customers it stands for, as data names them.")
    )

    class Meta(Definition.Meta):
        verbose_name = _("persona")
        verbose_name_plural = _("personas")

    def clean(self) -> None:
        """A dimension without a value, and a value without one, name nobody."""
        super().clean()
        if self.dimension_id and not self.value:  # type: ignore[attr-defined]
            raise ValidationError({"value": _("Say which value of the dimension the persona stands for.")})
        if self.value and not self.dimension_id:  # type: ignore[attr-defined]
            raise ValidationError({"dimension": _("Choose the dimension that has this value, or clear the value.")})


class JourneyPersona(TenantModel):
    """That a journey is made for a persona."""

    journey = models.ForeignKey(
        Journey, models.CASCADE, db_constraint=False, related_name="for_personas", verbose_name=_("journey")
    )
    persona = models.ForeignKey(
        Persona, models.CASCADE, db_constraint=False, related_name="of_journeys", verbose_name=_("persona")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("persona of a journey")
        verbose_name_plural = _("personas of journeys")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "journey", "persona"], name="journey_persona_once"),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.persona}"
