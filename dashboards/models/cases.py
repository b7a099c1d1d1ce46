"""Business cases, in versions: each is kept as it was saved."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class BusinessCase(TenantModel):
    """What an improvement of customers' experience would cost and be worth, over so many years."""

    title = models.CharField(_("business case"), max_length=200)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use three capital letters, such as EUR."))],
    )
    years = models.PositiveSmallIntegerField(
        _("years"), default=5, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("business case")
        verbose_name_plural = _("business cases")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class CaseVersion(TenantModel):
    """The figures of a case as somebody saved them. `inputs` as `dashboards.cases.inputs` keeps them."""

    case = models.ForeignKey(BusinessCase, models.CASCADE, db_constraint=False, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    years = models.PositiveSmallIntegerField(_("years"))
    inputs: Any = models.JSONField(default=list)
    note = models.CharField(_("what changed"), max_length=300, blank=True, default="")
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("version of a business case")
        verbose_name_plural = _("versions of business cases")
        ordering = ["case", "-number"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "case", "number"], name="case_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.number}"
