"""The outbox: what is to be sent is written with the change that causes it, and sent after commit."""

from django.db import models
from django.db.models.functions import Now


class OutgoingMail(models.Model):
    """One e-mail to a member of staff. Outside row-level security: accounts exist before any tenant does."""

    tenant_id = models.BigIntegerField(null=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], name="mail_waiting", condition=models.Q(sent_at=None)),
        ]
