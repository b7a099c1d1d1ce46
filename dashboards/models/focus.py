"""What the company has chosen to attend to, and what a customer is worth to it."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from journeys.models import Touchpoint


class FocusTheme(TenantModel):
    """A theme people chose from a ranked proposal, with who answers for it and by when.

    At most two are open at a time: an open one takes slot 1 or 2, and the database holds each once. `reasons` are
    those of the proposal on the day it was chosen: figures alone, no customer's words. `score` and `score_at_end` are
    the touchpoint's score in `metric` then and at the end, None where it was not measured.
    """

    class Outcome(models.TextChoices):
        REACHED = "reached", _("reached")
        PARTLY = "partly", _("partly reached")
        NOT_REACHED = "not_reached", _("not reached")

    title = models.CharField(_("theme"), max_length=200)
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, db_constraint=False, null=True, related_name="+", verbose_name=_("touchpoint")
    )
    slot = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due day"))
    metric = models.CharField(max_length=40, blank=True, default="")
    score = models.FloatField(null=True)
    reasons: Any = models.JSONField(default=list)
    chosen_on = models.DateField()
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True, default="")
    result = models.CharField(_("what came of it"), max_length=1_000, blank=True, default="")
    score_at_end = models.FloatField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("focus theme")
        verbose_name_plural = _("focus themes")
        ordering = ["ended_on", "slot", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "slot"], condition=Q(ended_on=None), name="focus_slot_once"),
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="focus_two_slots"),
            models.CheckConstraint(
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
                name="focus_ends_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CustomerWorth(TenantModel):
    """What a customer is worth in a year on average, as somebody knew it on a day. The latest day counts."""

    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use three capital letters, such as EUR."))],
    )
    known_on = models.DateField(_("known on"))
    source = models.CharField(_("source"), max_length=100)

    class Meta(TenantModel.Meta):
        verbose_name = _("what a customer is worth")
        verbose_name_plural = _("what customers are worth")
        ordering = ["-known_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "known_on"], name="customer_worth_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.known_on})"
