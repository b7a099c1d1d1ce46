"""How a promise came about: who took part, what speaks for it, and each step of its life."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from journeys.models import Unit
from promises.models.definitions import Promise


def today() -> date:
    """The date where the company is."""
    return timezone.localdate()


class Participation(TenantModel):
    """Staff took part in making the promise: when, how and how many."""

    class Way(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        SURVEY = "survey", _("staff survey")
        INTERVIEWS = "interviews", _("interviews")
        PILOT = "pilot", _("feedback from the pilot")

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="participation", verbose_name=_("promise")
    )
    way = models.CharField(_("how"), max_length=20, choices=Way.choices, default=Way.WORKSHOP)
    held_on = models.DateField(_("date"), default=today)
    people = models.PositiveIntegerField(_("how many took part"))
    unit = models.ForeignKey(
        Unit, models.SET_NULL, db_constraint=False, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    outcome = models.TextField(_("what came of it"), blank=True)
    logged_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("staff participation")
        verbose_name_plural = _("staff participation")
        ordering = ["-held_on", "-id"]


class Criterion(TenantModel):
    """One of the five criteria a promise must meet before anybody makes it, with what shows that it does.

    `facts` are the numbers it was judged by, as they were then: of "possible" what history says.
    """

    class Name(models.TextChoices):
        VERIFIABLE = "verifiable", _("concrete and verifiable")
        MEMORABLE = "memorable", _("easy to understand and remember")
        INSTRUCTIVE = "instructive", _("breaks down into instructions")
        POSSIBLE = "possible", _("challenging but possible")
        CUSTOMER_MINDED = "customer_minded", _("customer-minded")

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="criteria", verbose_name=_("promise")
    )
    name = models.CharField(_("criterion"), max_length=20, choices=Name.choices)
    met = models.BooleanField(_("met"), default=False)
    evidence = models.TextField(_("evidence"), blank=True)
    facts: Any = models.JSONField(default=dict, blank=True)
    judged_at = models.DateTimeField(default=timezone.now)
    judged_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "promise", "name"], name="criterion_once"),
        ]


class LifecycleStep(TenantModel):
    """A promise moved on: from what to what, when, who and why, and what it was known by (`evidence`)."""

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="steps", verbose_name=_("promise")
    )
    before = models.CharField(max_length=20, choices=Promise.Lifecycle.choices)
    after = models.CharField(max_length=20, choices=Promise.Lifecycle.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=300)
    why = models.TextField(_("why"))
    evidence: Any = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("step of a promise's life")
        verbose_name_plural = _("steps of a promise's life")
        ordering = ["-at", "-id"]
