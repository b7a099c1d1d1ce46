"""What everybody may read of how customers fare: the public results page and the words told on it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User


class ResultsPage(TenantModel):
    """The company's public results page: shown once somebody says so. Texts are by language: {"fi": "..."}.

    `parts` are those of `Part` that stand on it, `measures` the keys of dashboards.measures whose scores do.
    """

    class Part(models.TextChoices):
        PROMISES = "promises", _("promises and how they are kept")
        SCORES = "scores", _("what customers think, in figures")
        SAID = "said", _("what customers said")
        DONE = "done", _("what was done about it")

    shown = models.BooleanField(_("shown to everybody"), default=False)
    listed = models.BooleanField(_("search engines may list it"), default=False)
    parts = ArrayField(models.CharField(max_length=10, choices=Part.choices), verbose_name=_("parts"), default=list)
    measures = ArrayField(models.CharField(max_length=20), verbose_name=_("scores"), default=list)
    titles: Any = models.JSONField(_("title"), default=dict, blank=True)
    introductions: Any = models.JSONField(_("introduction"), default=dict, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days counted"), default=90, validators=[MinValueValidator(28), MaxValueValidator(366)]
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("results page")
        verbose_name_plural = _("results page")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="results_page_once"),
        ]

    def __str__(self) -> str:
        return str(_("results page"))


class PublicQuote(TenantModel):
    """A verbatim chosen for the public page. It names the answer and the question and holds no words of its own: they
    are shown only while the customer's leave to publish stands (`consent_key`: the question that asked for it)."""

    response_id = models.UUIDField()
    key = models.CharField(max_length=60)
    consent_key = models.CharField(max_length=60)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("quote for everybody")
        verbose_name_plural = _("quotes for everybody")
        ordering = ["-chosen_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "response_id", "key"], name="public_quote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.response_id}"
