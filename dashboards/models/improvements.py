"""The outer loop: from what was found to what was changed, who does it, and whether it worked."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from dashboards.models.changes import JourneyChange
from dashboards.models.kpis import KpiSeries
from journeys.models import Touchpoint


class Improvement(TenantModel):
    """Something made better for customers, in iterations: the next one names the one `before` it.

    `finding` is what it came of, as it was then: {"key", "kind", "place", "sentence"}, figures alone; `key` finds the
    same finding again. `signal_on` is the first day of the problem, so that signal to fix is known. `result` is what
    came of it in words. `change` is the dated change it made: its effect is
    tested before against after as every change's is (`dashboards.changes`).
    """

    class Kind(models.TextChoices):
        TACTICAL = "tactical", _("tactical fix")
        STRUCTURAL = "structural", _("structural fix")
        INNOVATION = "innovation", _("innovation")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        DOING = "doing", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    title = models.CharField(_("improvement"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.TACTICAL)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    why = models.TextField(_("why"), blank=True, default="")
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint"),
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    finding: Any = models.JSONField(default=dict, blank=True)
    signal_on = models.DateField(_("first signal"), null=True, blank=True)
    started_on = models.DateField(_("started"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    result = models.TextField(_("what came of it"), blank=True, default="")
    change = models.ForeignKey(
        JourneyChange,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dated change"),
    )
    before = models.ForeignKey(
        "self",
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("iteration before"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return self.title


class Action(TenantModel):
    """One thing to do for an improvement, by one person and a day."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, db_constraint=False, related_name="actions")
    text = models.CharField(_("action"), max_length=500)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    due = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return self.text


class TeamMember(TenantModel):
    """Somebody on an improvement's team."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, db_constraint=False, related_name="team")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta(TenantModel.Meta):
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "improvement", "user"], name="team_member_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Source(TenantModel):
    """A follow-up that an improvement came of: how complaints turn into improvements is counted by these."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, db_constraint=False, related_name="sources")
    follow_up_id = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        verbose_name = _("source of an improvement")
        verbose_name_plural = _("sources of improvements")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "improvement", "follow_up_id"], name="source_once"),
        ]
        indexes = [models.Index(fields=["tenant", "follow_up_id"], name="source_by_follow_up")]

    def __str__(self) -> str:
        return f"{self.follow_up_id}"


class Watched(TenantModel):
    """A figure of the company's own, such as turnover or income, that an improvement's team keeps an eye on."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, db_constraint=False, related_name="watched")
    series = models.ForeignKey(KpiSeries, models.CASCADE, db_constraint=False, related_name="+", verbose_name=_("KPI"))

    class Meta(TenantModel.Meta):
        verbose_name = _("figure that is watched")
        verbose_name_plural = _("figures that are watched")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "improvement", "series"], name="watched_once"),
        ]

    def __str__(self) -> str:
        return str(self.series)
