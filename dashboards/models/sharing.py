"""Links by which people outside the company see some of its figures."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant, User


class ShareLink(models.Model):
    """A link to a part of the leadership page, or to one figure of it. Outside row-level security: the token names
    the tenant, and only its hash is kept.

    Of a page `sheets` are the keys of what is shown (`dashboards.sheets`), of a tile `measure` is the figure and
    `origins` are the pages that may show it. `password` is a hash, "" for none. `opened` counts how often a page was
    seen; of a tile, which may stand on a busy page, only the last time is kept, to the minute.
    """

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        TILE = "tile", _("tile")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    password = models.CharField(_("password"), max_length=200, default="", blank=True)
    query = models.CharField(_("address"), max_length=1000, default="?")
    sheets = ArrayField(models.CharField(max_length=60), verbose_name=_("shows"), default=list, blank=True)
    measure = models.CharField(_("measure"), max_length=20, default="", blank=True)
    origins = ArrayField(models.CharField(max_length=200), verbose_name=_("allowed pages"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=5)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    last_opened_at = models.DateTimeField(_("last opened"), null=True)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")

    def __str__(self) -> str:
        return self.name

    @property
    def usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def last_day(self) -> date | None:
        """The last day on which it works, in the company's zone."""
        return (
            None
            if self.expires_at is None
            else (self.expires_at - timedelta(seconds=1)).astimezone(self.tenant.zone).date()
        )
