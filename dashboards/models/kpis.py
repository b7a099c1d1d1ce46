"""Figures of other systems, by week or month: turnover, waiting times, contacts, returns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, TenantRow


class KpiSeries(TenantModel):
    """A figure followed over time. Its values are of weeks, which begin on Monday, or of months. One with a `side`
    is on the leadership page."""

    class Grain(models.TextChoices):
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    class Side(models.TextChoices):
        """What a figure tells of: results tell of yesterday, customers of today, staff of tomorrow."""

        MONEY = "money", _("money: yesterday")
        CUSTOMERS = "customers", _("customers: today")
        STAFF = "staff", _("staff: tomorrow")

    class Better(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")

    slug = models.SlugField(_("identifier"), max_length=100)
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    grain = models.CharField(_("by"), max_length=5, choices=Grain.choices, default=Grain.MONTH)
    source = models.CharField(_("source"), max_length=100, blank=True)
    side = models.CharField(_("tells of"), max_length=9, choices=Side.choices, blank=True)
    better = models.CharField(_("direction"), max_length=6, choices=Better.choices, default=Better.HIGHER)
    target = models.FloatField(_("target"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")
        ordering = ["name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "slug"], name="kpi_series_slug"),
        ]

    def __str__(self) -> str:
        return self.name


class KpiValue(TenantRow):
    """One week's or month's value, by its first day. A later value of the same stands instead of the earlier."""

    pk = models.CompositePrimaryKey("tenant_id", "series_id", "start")
    series = models.ForeignKey(KpiSeries, models.CASCADE, db_constraint=False, db_index=False, related_name="values")
    start = models.DateField()
    value = models.FloatField()
    told_at = models.DateTimeField(auto_now=True)
