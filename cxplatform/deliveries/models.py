"""The outbox: what is to be sent is written with the change that causes it, and sent after commit."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, FactModel, TenantManager, TenantModel


class OutgoingMail(models.Model):
    """One e-mail to a member of staff. Outside row-level security: accounts exist before any tenant does.

    `about` are the ids of customers and of answers whose words stand in it: erased with them while it waits.
    """

    tenant_id = models.BigIntegerField(null=True)
    about: Any = ArrayField(models.UUIDField(), default=list, blank=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers: Any = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], name="mail_waiting", condition=models.Q(sent_at=None)),
        ]


class OutgoingMessage(FactModel):
    """One e-mail or text message to a customer, behind row-level security as everything of customers is.

    `about` is the id of what it is about, an invitation for instance; its owner asks by it what became of it.
    """

    class By(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

    by = models.CharField(max_length=10, choices=By.choices)
    about = models.UUIDField(null=True)
    to = models.CharField(max_length=254)
    sender = models.CharField(max_length=200, default="", blank=True)
    subject = models.CharField(max_length=300, default="", blank=True)
    text = models.TextField()
    html = models.TextField(default="", blank=True)
    headers: Any = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["tenant", "not_before"],
                name="message_waiting",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["tenant", "about"],
                name="message_about",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(fields=["tenant", "created_at"], name="message_by_time"),
            models.Index(
                fields=["tenant", "given_up_at"],
                name="message_given_up",
                condition=models.Q(given_up_at__isnull=False),
            ),
        ]


class Webhook(TenantModel):
    """An endpoint of another system that is told what happens; `types` empty = everything.

    Where it fails, all that waits for it waits until `waits_until`; `failing_since` is when that began. `busy_until`
    is the lease of the worker that posts to it now. `secret` is what receivers check signatures by, `previous` the
    one before, which signs too until `previous_until`. The address of a chat is a secret itself: `place` is shown.
    """

    class Format(models.TextChoices):
        STANDARD = "standard", _("Standard Webhooks (JSON, signed)")
        SLACK = "slack", _("Slack message")
        TEAMS = "teams", _("Teams message")

    kept_secret = ("url", "waits_until", "busy_until")  # the last two are no secret, only no change by anybody

    name = models.CharField(_("name"), max_length=100)
    url = models.URLField(_("address"), max_length=500)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, default=Format.STANDARD)
    types: Any = ArrayField(models.CharField(max_length=100), verbose_name=_("tells of"), default=list, blank=True)
    secret = models.CharField(max_length=100)
    previous = models.CharField(max_length=100, default="", blank=True)
    previous_until = models.DateTimeField(null=True)
    paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    waits_until = models.DateTimeField(default=timezone.now)
    busy_until = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_chat(self) -> bool:
        return self.format != self.Format.STANDARD

    @property
    def place(self) -> str:
        """The address as it is shown and written down: of a chat's, where it leads and its last letters."""
        if not self.is_chat:
            return self.url
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/…{self.url[-4:]}"


class WebhookDelivery(FactModel):
    """One event for one endpoint: waiting, taken (`sent_at`) or given up after a day (`given_up_at`).

    `customer_id` is whom the event is about, None for nobody: the body forgets them with their erasure.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, db_constraint=False, related_name="+", db_index=False)
    type = models.CharField(max_length=100)
    body = models.TextField()
    customer_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["tenant", "webhook", "not_before"],
                name="delivery_waiting",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(fields=["tenant", "webhook", "created_at"], name="delivery_by_time"),
            models.Index(
                fields=["tenant", "customer_id"],
                name="delivery_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        ]
