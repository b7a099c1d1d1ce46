"""How far the events stored earlier were judged by a rule as it is now."""

from django.db import models

from cxplatform.tenancy.models import TenantModel
from promises.models.rules import Rule


class JudgedHistory(TenantModel):
    """One row per rule that is judged. `measured` is the digest of what it measures, `after` the last subject judged.

    A rule without a row, or whose digest is another, was made or changed since: events that came before it are
    still to be judged by it.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, db_constraint=False, related_name="+", db_index=False)
    measured = models.CharField(max_length=32)
    after = models.CharField(max_length=200, default="")
    finished = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "rule"], name="history_of_rule"),
        ]
