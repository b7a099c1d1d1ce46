"""Files that somebody brings in by the browser, from upload to result."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantManager, TenantModel


class UploadQuerySet(models.QuerySet[Any]):
    def for_list(self) -> "UploadQuerySet":
        """Newest first, without the files themselves."""
        return self.defer("content", "rejects", "result").order_by("-pk")


class Upload(TenantModel):
    """One file. `columns` holds a target's key for each of its columns, "" where it is nothing.

    `content` is the file, `rejects` the rows rejected so far as the import writes them, `result` those rows as
    xlsx for whoever mends them. All three go after 24 hours; who, when and how many stay.
    """

    class State(models.TextChoices):
        NEW = "new", _("columns to check")
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("nothing was taken in")
        REMOVED = "removed", _("removed")

    offer = models.CharField(_("what"), max_length=150)
    file_name = models.CharField(_("file"), max_length=200)
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    columns: Any = models.JSONField(default=list)
    language = models.CharField(max_length=10, default="")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)
    message = models.TextField(_("message"), blank=True)
    share = models.FloatField(default=0)
    rows = models.BigIntegerField(_("rows"), default=0)
    accepted = models.BigIntegerField(_("accepted"), default=0)
    duplicates = models.BigIntegerField(_("duplicates"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    uploaded_by = models.CharField(_("uploaded by"), max_length=300)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    content: Any = models.BinaryField(null=True)
    rejects: Any = models.BinaryField(null=True)
    result: Any = models.BinaryField(null=True)

    objects: Any = TenantManager.from_queryset(UploadQuerySet)()

    class Meta(TenantModel.Meta):
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [
            models.Index(
                fields=["tenant", "uploaded_at"],
                name="upload_kept",
                condition=models.Q(content__isnull=False) | models.Q(result__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.share)
