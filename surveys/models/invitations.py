"""The contact ledger: every ask of one person over any channel, and every ask that was decided against."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel
from surveys.models.asking import Survey


class Method(models.TextChoices):
    """How a person is asked. A QR code and a kiosk ask nobody in particular: they leave no row."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    IVR = "ivr", _("phone call")
    LINK = "link", _("personal link")
    WIDGET = "widget", _("widget")


class Invitation(FactModel):
    """One ask of one person. What it is about is frozen when it is decided, whatever is edited later.

    The respondent is a customer (`customer_id`) or, in a mirror survey, a member of staff (`member_id`).
    `event_id` and `trigger_id` say what caused it, `round_id` to which survey round it belongs; both empty = by
    hand or by an integrator. `reason` says, as a code of asking.reasons, why it was skipped. `address` is where
    it goes, and is emptied when the answer is in or the time is over.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        SKIPPED = "skipped", _("not asked")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        OPENED = "opened", _("opened")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")

    survey = models.ForeignKey(Survey, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=40, default="", blank=True)
    customer_id = models.UUIDField(null=True)
    member_id = models.BigIntegerField(null=True)
    address = models.CharField(_("address"), max_length=254, default="", blank=True)
    # Of somebody known by the address alone, kept when the address goes: a Stop link must still know who says no.
    address_hash = models.CharField(max_length=64, default="", db_default="", editable=False)
    language = models.CharField(_("language"), max_length=10, default="")
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    correlation = models.CharField(max_length=200, default="", blank=True)
    event_id = models.UUIDField(null=True)
    trigger_id = models.BigIntegerField(null=True)
    round_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("to be sent"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0, db_default=0)
    opened_at = models.DateTimeField(_("opened"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    expires_at = models.DateTimeField(_("expires"))
    response_id = models.UUIDField(null=True)
    # What of this row stands in AskRollup (surveys.asking.counts).
    counted_state = models.CharField(max_length=10, default="", db_default="", editable=False)
    counted: Any = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "trigger_id", "event_id"],
                name="invitation_once_per_event",
                condition=models.Q(trigger_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "customer_id", "due_at"],
                name="invitation_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
            models.Index(fields=["tenant", "due_at"], name="invitation_planned", condition=models.Q(state="planned")),
            models.Index(fields=["tenant", "survey", "due_at"], name="invitation_by_survey"),
            models.Index(
                fields=["tenant", "expires_at"],
                name="invitation_waiting",
                condition=models.Q(state__in=["sent", "opened"]),
            ),
            models.Index(
                fields=["tenant", "round_id", "due_at"],
                name="invitation_by_round",
                condition=models.Q(round_id__isnull=False),
            ),
            models.Index(fields=["tenant", "address"], name="invitation_by_address", condition=~models.Q(address="")),
            models.Index(
                fields=["tenant", "id"],
                name="invitation_uncounted",
                condition=~models.Q(counted_state=models.F("state")),
            ),
        ]
