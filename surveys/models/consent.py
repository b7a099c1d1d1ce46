"""What people have decided about us: not to be asked again, and to take part in a draw."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel
from surveys.models.asking import Survey
from surveys.models.invitations import Method


class OptOut(FactModel):
    """Somebody who is not to be asked again: known by customer, by address (only its keyed hash), or by both.

    An empty `method` means every method. `how` says where it was said: link, mail, sms, staff, import.
    """

    customer_id = models.UUIDField(null=True)
    address_hash = models.CharField(max_length=64, default="", blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, default="", blank=True)
    how = models.CharField(_("told by"), max_length=20, default="")
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "customer_id", "address_hash", "method"],
                name="opt_out_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "address_hash"], name="opt_out_by_address", condition=~models.Q(address_hash="")
            ),
        ]


class PrizeEntry(FactModel):
    """One entry to a survey's prize draw, kept apart from answers: nothing here leads to the answer.

    Hence a random id instead of one that tells the time, and the day alone.
    """

    id = models.UUIDField(default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=200)
    contact = models.CharField(_("e-mail or phone"), max_length=254)
    language = models.CharField(_("language"), max_length=10, default="")
    entered_on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("prize draw entry")
        verbose_name_plural = _("prize draw entries")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "survey", "contact"], name="prize_entry_once"),
        ]
