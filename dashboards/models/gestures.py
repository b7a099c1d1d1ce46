"""Small things done for a customer that nobody promised: which there are, and when they were done."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantRow, User
from journeys.models import Definition, Touchpoint


class Gesture(Definition):
    """One in the catalogue. It is done where an event of the type "gesture.<slug>" says so.

    `cost` is what doing it once costs, in `currency`. `with_customers` and `with_staff` say who designed it.
    """

    touchpoint = models.ForeignKey(
        Touchpoint,
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint"),
    )
    cost = models.DecimalField(
        _("cost of one"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    with_customers = models.CharField(_("customers who designed it with us"), max_length=300, blank=True)
    with_staff = models.CharField(_("staff who designed it"), max_length=300, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))

    class Meta(Definition.Meta):
        verbose_name = _("gesture")
        verbose_name_plural = _("gestures")

    @property
    def event_type(self) -> str:
        """The type of the events that tell it was done."""
        return f"gesture.{self.slug}"


class GestureUse(TenantRow):
    """That a gesture was done, by the event that told of it; `gesture` is the slug, also of one in no catalogue."""

    pk = models.CompositePrimaryKey("tenant_id", "event_id")
    event_id = models.UUIDField()
    gesture = models.CharField(max_length=100)
    at = models.DateTimeField()
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "gesture", "at"], name="gesture_use_by_time"),
            models.Index(
                fields=["tenant", "customer_id"],
                name="gesture_use_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        ]
