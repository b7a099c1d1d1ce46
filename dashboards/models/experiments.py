"""Two ways of doing the same thing at a touchpoint, tried on customers drawn by lot."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import User
from dashboards.models.changes import JourneyChange
from dashboards.models.improvements import Improvement
from journeys.models import Definition, Dimension, Touchpoint


class Experiment(Definition):
    """Variants of a touchpoint, judged by one metric that is declared before the first answer.

    `variants` are [{"key": "a", "name": "..."}], the first what there was before. `least` is the smallest difference
    worth finding, in the metric's unit; `planned` the customers of each variant that finding it takes. Both are fixed
    at the start. `result` is what was found when it was stopped: a row for each variant. Answers carry the variant as
    their value of the dimension "experiment-<slug>", which lives as long as the experiment runs.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not started")
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")

    question = models.TextField(_("what we want to know"), blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, db_constraint=False, related_name="+", verbose_name=_("touchpoint")
    )
    metric = models.CharField(_("judged by"), max_length=60)
    variants: Any = models.JSONField(_("variants"), default=list)
    least = models.FloatField(_("smallest difference worth finding"), validators=[MinValueValidator(0.01)])
    planned = models.PositiveIntegerField(_("answers to each variant"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    started_on = models.DateField(_("started"), null=True)
    stopped_on = models.DateField(_("stopped"), null=True)
    result: Any = models.JSONField(default=list)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    change = models.ForeignKey(JourneyChange, models.SET_NULL, db_constraint=False, null=True, related_name="+")
    improvement = models.ForeignKey(Improvement, models.SET_NULL, db_constraint=False, null=True, related_name="+")

    class Meta(Definition.Meta):
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")

    @property
    def dimension(self) -> str:
        """The slug of the dimension in which answers carry their variant."""
        return f"{Dimension.OF_EXPERIMENT}{self.slug}"

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(variant["key"] for variant in self.variants)
