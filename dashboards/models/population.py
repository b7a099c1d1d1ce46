"""What the customer base is made of, as somebody told it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models import Dimension


class Basis(models.TextChoices):
    CUSTOMERS = "customers", _("by customers")
    REVENUE = "revenue", _("by revenue")


class Population(TenantModel):
    """Shares of all customers, or of what they pay, by value of a dimension, as of a day. `shares` are per cent,
    numbers or money: only their proportions count."""

    dimension = models.ForeignKey(
        Dimension, models.CASCADE, db_constraint=False, related_name="+", verbose_name=_("dimension")
    )
    basis = models.CharField(_("shares of"), max_length=9, choices=Basis.choices, default=Basis.CUSTOMERS)
    as_of = models.DateField(_("as of"))
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Where the shares come from, for example the customer register.")
    )
    shares: Any = models.JSONField(_("shares"), default=dict)

    class Meta(TenantModel.Meta):
        verbose_name = _("customer base")
        verbose_name_plural = _("customer base")
        ordering = ["dimension__name", "-as_of", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "dimension", "basis", "as_of"],
                name="population_once",
                violation_error_message=_("The shares of this dimension and day are there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.as_of}"
