"""Where a promise is told to customers, and the company's public promise page."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel
from promises.models.definitions import Promise
from promises.models.making import today


class Publication(TenantModel):
    """A place where a promise is published. `wording` is what stands there: it may lag behind the promise."""

    class Place(models.TextChoices):
        PRODUCT = "product", _("product or package")
        ADVERTISEMENT = "advertisement", _("advertisement")
        SHELF = "shelf", _("shop or shelf")
        WEB = "web", _("web page")
        CONTRACT = "contract", _("contract or terms")
        MESSAGE = "message", _("message to customers")
        OTHER = "other", _("other")

    promise = models.ForeignKey(
        Promise, models.CASCADE, db_constraint=False, related_name="publications", verbose_name=_("promise")
    )
    place = models.CharField(_("kind of place"), max_length=20, choices=Place.choices, default=Place.WEB)
    where = models.CharField(_("where"), max_length=300)
    url = models.URLField(_("address"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    wording = models.TextField(_("what stands there"))
    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return self.where


class PromisePage(TenantModel):
    """The company's public promise page: shown once an admin says so. Texts are by language: {"fi": "..."}."""

    shown = models.BooleanField(_("shown to everybody"), default=False)
    titles: Any = models.JSONField(_("title"), default=dict, blank=True)
    introductions: Any = models.JSONField(_("introduction"), default=dict, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days counted"), default=90, validators=[MinValueValidator(28), MaxValueValidator(366)]
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("promise page")
        verbose_name_plural = _("promise page")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="promise_page_once"),
        ]
