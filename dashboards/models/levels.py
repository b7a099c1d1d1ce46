"""What the company declares of its own level: the index it is led by, and what others reach."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from dashboards.models.population import Basis
from journeys.models import Dimension


class CompanyIndex(TenantModel):
    """How the company's CX index is made; one row, and without it the default stands (`levels.declared`).

    `metrics` maps a metric to its weight: one metric, or several of one answer put together, such as a third of
    effectiveness and two thirds of emotion. Segments are the values of `dimension`, weighed by `basis`; without a
    dimension everybody is one segment. `threshold` is the least share of the weight, in per cent, that must be
    measured. `paid_property` names the property of events that tells what a customer paid, in `paid_currency`
    unless their property "currency" says another.
    """

    class Level(models.TextChoices):
        RELATIONSHIP = "relationship", _("the whole relationship, asked by quarter")
        TRANSACTION = "transaction", _("single encounters")

    metrics: Any = models.JSONField(_("metrics and their weights"), default=dict)
    level = models.CharField(_("answers"), max_length=12, choices=Level.choices, default=Level.RELATIONSHIP)
    dimension = models.ForeignKey(
        Dimension,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dimension"),
    )
    basis = models.CharField(_("weights"), max_length=9, choices=Basis.choices, default=Basis.CUSTOMERS)
    threshold = models.FloatField(
        _("least coverage, %"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    target = models.FloatField(
        _("target"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    paid_property = models.CharField(_("property of what was paid"), max_length=100, blank=True)
    paid_currency = models.CharField(
        _("currency of what was paid"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use three capital letters, such as EUR."))],
        help_text=_("Events in another currency say so in their property “currency” and are left out."),
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("CX index")
        verbose_name_plural = _("CX indices")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant"],
                name="company_index_once",
                violation_error_message=_("The index is declared already. Change it instead."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("CX index"))


class Benchmark(TenantModel):
    """What somebody else reaches in a metric, as of a day and from a source. Shown dated; never a target."""

    metric = models.CharField(_("metric"), max_length=40)
    name = models.CharField(_("whose"), max_length=200, help_text=_("For example: retail trade in Finland."))
    value = models.FloatField(_("value"))
    low = models.FloatField(_("low end of its interval"), null=True, blank=True)
    high = models.FloatField(_("high end of its interval"), null=True, blank=True)
    n = models.PositiveIntegerField(_("number of answers"), null=True, blank=True)
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=300)

    class Meta(TenantModel.Meta):
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        ordering = ["metric", "-as_of", "name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "metric", "name", "as_of"],
                name="benchmark_once",
                violation_error_message=_("This benchmark is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.metric} {self.as_of}"
