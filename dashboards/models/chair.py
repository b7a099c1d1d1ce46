"""Who sits in the customer's chair, and which leaders want to meet a customer every day."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class ChairCase(TenantModel):
    """The real case of one day, of a customer who allowed it to be told. `chosen_by` None: chosen by the rule.

    `consent_key` is the question by which they allowed it; a case is shown only while its answer stands. `story` is
    what happened, without what tells who it was (`dashboards.chair.stories`); it goes with the person.
    """

    day = models.DateField()
    response_id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    consent_key = models.CharField(max_length=60)
    story: Any = models.JSONField(default=dict)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("case in the customer's chair")
        verbose_name_plural = _("cases in the customer's chair")
        ordering = ["-day"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "day"], name="chair_case_of_day"),
        ]
        indexes = [models.Index(fields=["tenant", "customer_id"], name="chair_case_by_customer")]

    def __str__(self) -> str:
        return str(self.day)


class CaseChoice(TenantModel):
    """Whether a member wants the day's case by mail. Without a row leaders do and others do not."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    wanted = models.BooleanField(default=True)
    sent_on = models.DateField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("choice of the day's case by mail")
        verbose_name_plural = _("choices of the day's case by mail")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="case_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.wanted}"
