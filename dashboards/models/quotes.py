"""What customers said that is to be heard in a meeting."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class Quote(TenantModel):
    """A verbatim that somebody wants read out. It names the answer and the question and holds no words of its own:
    when the customer is erased, or the answer goes, there is nothing left to quote. `heard_on` is the day of the
    meeting in which it was read, None while it waits."""

    response_id = models.UUIDField()
    key = models.CharField(max_length=60)
    why = models.CharField(_("why it should be heard"), max_length=300, blank=True)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)
    heard_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-chosen_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "response_id", "key"], name="quote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.response_id}"
