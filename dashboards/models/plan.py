"""Twelve months of change: where each area stands, where it is to be, and what is done in which month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class Plan(TenantModel):
    """Twelve months from `start`, the first day of a month. The next plan begins where somebody says so; the one
    before is kept as it was."""

    start = models.DateField(_("first month"))
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-start"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "start"], name="plan_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m}"


class PlanArea(TenantModel):
    """One of the nine areas in a plan: its present state, its goal and who answers for it."""

    class Area(models.TextChoices):
        VISION = "vision", _("Vision")
        UNDERSTANDING = "understanding", _("Customer understanding")
        JOURNEYS = "journeys", _("Customer journeys")
        ENGAGEMENT = "engagement", _("Staff engagement")
        MEASURING = "measuring", _("Measuring")
        PROMISES = "promises", _("Customer promises")
        GOALS = "goals", _("Goals")
        GOVERNANCE = "governance", _("Governance model")
        PROGRAMME = "programme", _("Change programme")

    plan = models.ForeignKey(Plan, models.CASCADE, db_constraint=False, related_name="areas")
    area = models.CharField(_("area"), max_length=20, choices=Area.choices)
    present = models.TextField(_("present state"), blank=True, default="")
    goal = models.TextField(_("goal"), blank=True, default="")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))

    class Meta(TenantModel.Meta):
        verbose_name = _("area of the plan")
        verbose_name_plural = _("areas of the plan")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "plan", "area"], name="plan_area_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_area_display())


class PlanStep(TenantModel):
    """What is done in an area, from the month `first` to the month `last`, each by its first day."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DOING = "doing", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    area = models.ForeignKey(PlanArea, models.CASCADE, db_constraint=False, related_name="steps")
    what = models.CharField(_("what is done"), max_length=300)
    first = models.DateField(_("begins"))
    last = models.DateField(_("ends"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))

    class Meta(TenantModel.Meta):
        verbose_name = _("step of the plan")
        verbose_name_plural = _("steps of the plan")
        ordering = ["first", "last", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="plan_step_ends_after"),
        ]

    def __str__(self) -> str:
        return self.what


class RewardedFigure(TenantModel):
    """A figure that somebody is led by or paid for, and what of the customer's it is tied to: a metric customers
    answer, a promise to them, or a KPI that tells of customers. Tied to none of them it is flagged.

    `reward` is empty where nobody is paid for it.
    """

    name = models.CharField(_("figure"), max_length=200)
    rewarded = models.CharField(_("whose"), max_length=200)
    reward = models.CharField(_("reward"), max_length=200, blank=True, default="")
    tie = models.CharField(_("tied to"), max_length=80, blank=True, default="")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))

    class Meta(TenantModel.Meta):
        verbose_name = _("figure of the reward register")
        verbose_name_plural = _("figures of the reward register")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class MetricOwner(TenantModel):
    """Who answers for measuring something. `key` is a metric as "nps/0-10", or a KPI as "kpi:turnover"."""

    key = models.CharField(_("metric"), max_length=120)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("owner"))

    class Meta(TenantModel.Meta):
        verbose_name = _("owner of a metric")
        verbose_name_plural = _("owners of metrics")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "key"], name="metric_owner_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.user}"
