"""Who the customers are, and the dimensions along which a company looks at them."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantModel
from journeys.models.structure import Definition

is_origin = RegexValidator(
    r"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$",
    _("Write http:// or https:// and a host in small letters, without a path."),
)


class Dimension(Definition):
    """A property by which scores and promises are split (segment, priority, store ...).

    The slug is the key looked for in an event's or answer's properties, then in the customer's own values.
    """

    OF_EXPERIMENT = "experiment-"
    """How the slugs of experiments' dimensions begin."""

    class Meta(Definition.Meta):
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")

    @classmethod
    def askable(cls) -> models.QuerySet["Dimension"]:
        """Those in use that a customer can be asked for: which variant of an experiment they met is none."""
        return cls.objects.in_use().exclude(slug__startswith=cls.OF_EXPERIMENT)


class Customer(FactModel):
    """Somebody the company serves, known by the identifier its own systems use.

    Of two numbers of one person one customer stays; the other is an alias, empty but for its number, and
    `merged_into_id` says whose. An erased person leaves a row of a new id and no values but the dimensions that
    are counted. The database keeps columns beside these that only searches read (migration 0005): lower() is not
    leakproof, so an index on an expression is no use behind row-level security.
    """

    external_id = models.CharField(_("customer number"), max_length=200)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    account = models.CharField(_("account"), max_length=200, blank=True)
    role = models.CharField(_("role in the account"), max_length=100, blank=True)
    dimensions: Any = models.JSONField(_("dimension values"), default=dict, blank=True)
    preferred_channel_id = models.BigIntegerField(_("preferred channel"), null=True, blank=True)
    ambassador_at = models.DateTimeField(_("ambassador since"), null=True, blank=True)
    merged_into_id = models.UUIDField(null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.UniqueConstraint(fields=["tenant", "external_id"], name="customer_external_id")]
        indexes = [
            models.Index(fields=["tenant", "account"], name="customer_by_account", condition=~models.Q(account="")),
            models.Index(
                fields=["tenant", "merged_into_id"],
                name="customer_merged",
                condition=models.Q(merged_into_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class ReplayOrigin(TenantModel):
    """Where recordings of visits may be opened: links to anywhere else are not shown."""

    origin = models.CharField(
        _("origin"), max_length=200, validators=[is_origin], help_text=_("As in https://replay.example.org")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("service for session replays")
        verbose_name_plural = _("services for session replays")
        ordering = ["origin"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "origin"], name="replay_origin_once"),
        ]

    def __str__(self) -> str:
        return self.origin
