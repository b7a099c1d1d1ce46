"""Text messages coming in: the address a provider posts them to, and which have been taken."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, Tenant


def new_key() -> str:
    """A secret for an address: 32 letters and digits of base64url."""
    return secrets.token_urlsafe(24)


class SmsDoor(models.Model):
    """The secret address to which a provider posts a company's messages. Outside row-level security: it names
    the tenant."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("address for text messages")
        verbose_name_plural = _("addresses for text messages")

    def __str__(self) -> str:
        return self.key


class IncomingSms(FactModel):
    """A message that was taken, so that it is taken once. Neither its text nor its sender is kept here."""

    class Became(models.TextChoices):
        ANSWER = "answer", _("answer")
        STOP = "stop", _("opt-out")
        UNCLEAR = "unclear", _("not understood")
        UNKNOWN = "unknown", _("no open invitation")

    message_id = models.CharField(max_length=100)
    became = models.CharField(max_length=10, choices=Became.choices, default=Became.UNKNOWN)
    reply = models.CharField(max_length=500, default="")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("incoming text message")
        verbose_name_plural = _("incoming text messages")
        constraints = [models.UniqueConstraint(fields=["tenant", "message_id"], name="incoming_sms_once")]
