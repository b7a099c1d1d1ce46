"""How far the events stored earlier were read as journeys are now."""

from typing import Any

from django.db import models

from cxplatform.tenancy.models import TenantModel


class PathHistory(TenantModel):
    """One row per tenant with measured journeys. A tenant without one has not read its past yet.

    `measured` is the digest of what decides how events become passages, `eras` of the versions in force; `after` is
    the last event whose subject was read anew, `since` the start of the passages to read (none: all). `zone` is
    the time zone whose days the counts are of.
    """

    measured = models.CharField(max_length=32)
    eras: Any = models.JSONField(default=dict)
    after = models.UUIDField(null=True)
    since = models.DateTimeField(null=True)
    finished = models.BooleanField(default=False)
    zone = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="path_history_per_tenant"),
        ]
