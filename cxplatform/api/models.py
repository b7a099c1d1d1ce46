"""Answers already given, kept so that a retry with the same Idempotency-Key gets the same one."""

from django.db import models
from django.db.models.functions import Now

from cxplatform.tenancy.models import TenantRow


class IdempotentRequest(TenantRow):
    """A finished write: what was asked (as a digest) and the answer it got."""

    pk = models.CompositePrimaryKey("tenant_id", "key")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
