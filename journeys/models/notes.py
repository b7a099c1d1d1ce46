"""What interviews, visits and observation have told, kept beside the design, with files."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel
from journeys.models.structure import Journey, Touchpoint


def today() -> date:
    """The date where the company is."""
    return timezone.localdate()


class Note(TenantModel):
    """A qualitative finding about a touchpoint or a whole journey."""

    class Source(models.TextChoices):
        INTERVIEW = "interview", _("interview")
        ETHNOGRAPHY = "ethnography", _("observation on the spot")
        DIARY = "diary", _("customer's diary")
        WORKSHOP = "workshop", _("workshop")
        STAFF = "staff", _("staff")
        OTHER = "other", _("other")

    journey = models.ForeignKey(
        Journey,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("journey"),
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("touchpoint"),
    )
    text = models.TextField(_("what was found"))
    source = models.CharField(_("source"), max_length=20, choices=Source.choices, default=Source.INTERVIEW)
    author = models.CharField(_("author"), max_length=300, blank=True)
    noted_on = models.DateField(_("date"), default=today)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-noted_on", "-id"]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    def clean(self) -> None:
        """A note is about something."""
        super().clean()
        if not (self.journey_id or self.touchpoint_id):  # type: ignore[attr-defined]
            raise ValidationError({"touchpoint": _("Choose the touchpoint or the journey the note is about.")})


class Attachment(TenantModel):
    """A file of a note, kept in the database so that it goes where the rest goes, and is seen by no other company."""

    note = models.ForeignKey(
        Note, models.CASCADE, db_constraint=False, related_name="attachments", verbose_name=_("note")
    )
    file_name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    content: Any = models.BinaryField()
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name
