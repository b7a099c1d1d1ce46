"""Which files were imported, and how far."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel


class Import(TenantModel):
    """One file read with one mapping. Its numbers change in the same transaction as the rows they count.

    `digest` is of the file's content and the mapping's, so a renamed file is the same and an edited one is
    not. `rejected_size` is the length in bytes of the file of rejected rows when `rows` were done.
    """

    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("file"), max_length=300)
    digest = models.CharField(max_length=64, editable=False)
    rows = models.BigIntegerField(_("rows"), default=0)
    accepted = models.BigIntegerField(_("accepted"), default=0)
    duplicates = models.BigIntegerField(_("duplicates"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    rejected_size = models.BigIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "digest"], name="import_once"),
        ]

    def __str__(self) -> str:
        return self.file_name
