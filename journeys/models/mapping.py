"""Meanings given after the fact: what staff say a text or type means, applied to what has already arrived."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel

_NAMED = 3


class Remapping(TenantModel):
    """One going through of stored events with new meanings; batch by batch, each in a transaction of its own.

    `items` are {kind, text, from, to, all}: events that say `text` and stand nowhere, or at one of the ids `from`,
    go to `to` (null = nowhere). With `all`, every event of the type is counted anew. A later meaning of the same
    text takes the item out of here. `after` is the last event looked at, kept in the transaction of the changes.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    items: Any = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    after = models.UUIDField(null=True)
    horizon = models.DateTimeField(null=True)
    total = models.BigIntegerField(default=0)
    scanned = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    made_by = models.CharField(_("made by"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("meanings applied backwards")
        verbose_name_plural = _("meanings applied backwards")
        ordering = ["-id"]

    def __str__(self) -> str:
        named = [item["text"] for item in self.items[:_NAMED]]
        return ", ".join([*named, "…"] if len(self.items) > _NAMED else named)

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state != self.State.DONE

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, round(100 * self.scanned / self.total)) if self.total else 0
