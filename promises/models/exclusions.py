"""Single instances that do not count, by decision of a member of staff."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, User
from promises.models.rules import Rule


class Exclusion(FactModel):
    """One instance of a rule was taken out by hand; `lifted_at` = it counts again. Judging anew heeds it.

    `subject` and `opened_by` are those of its outcome; `opened_by` empty = the subject's only instance, whichever
    event turns out to have opened it.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    subject = models.CharField(max_length=200)
    opened_by = models.UUIDField(null=True)
    reason = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        indexes = [
            models.Index(
                fields=["tenant", "rule", "subject"], name="exclusion_standing", condition=models.Q(lifted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.reason
