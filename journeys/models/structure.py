"""What staff describe: channels, units, touchpoints, journeys and their stages."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.models import Archivable, TenantManager, TenantModel, User
from journeys.hours import check_hours
from journeys.models.blueprint import EMOTION, Emotion, StageBlueprint, TouchpointBlueprint

slug_of_definition = RegexValidator(
    r"^[a-z0-9][a-z0-9_.-]{0,99}$",
    _("Use small letters a-z, digits, hyphens, dots and underscores, at most 100."),
)


class Definition(TenantModel):
    """Base of what staff define: a name people read, a slug integrators send, archived instead of deleted."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(
        _("identifier"),
        max_length=100,
        validators=[slug_of_definition],
        help_text=_("The name integrations use. Changing it later breaks them."),
    )
    description = models.TextField(_("description"), blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ["name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "slug"],
                name="%(app_label)s_%(class)s_slug",
                violation_error_message=_("This identifier is already in use. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(Definition):
    """Where an encounter happens: shop, web, phone, chat ...

    `hours` are {"mon": [["08:00", "16:00"]], ...}; {} = nobody has said. A language of `language_hours` is served
    at its own hours, the other `languages` whenever the channel is open.
    """

    digital = models.BooleanField(_("digital"), default=False)
    hours: Any = models.JSONField(_("opening hours"), default=dict, blank=True)
    languages: Any = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages served"), default=list, blank=True
    )
    language_hours: Any = models.JSONField(_("hours by language"), default=dict, blank=True)
    cost_per_contact = models.DecimalField(
        _("cost of a contact"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    message_by = models.CharField(
        _("messages go by"),
        max_length=10,
        choices=OutgoingMessage.By.choices,
        blank=True,
        help_text=_("How customers who prefer this channel are written to. Empty = nobody is written to by it."),
    )

    class Meta(Definition.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def clean(self) -> None:
        """Refuse hours and languages that could not be read, at the field to mend."""
        super().clean()
        check_hours(hours=self.hours, languages=self.languages, language_hours=self.language_hours)


class Unit(Definition):
    """A store, team or department; possibly an external partner's."""

    partner = models.BooleanField(_("external partner"), default=False)

    class Meta(Definition.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")


class Touchpoint(TouchpointBlueprint, Definition):
    """A place where the customer meets the company, whichever journeys it serves."""

    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("channel"),
        related_name="+",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("owning unit"),
        related_name="+",
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"), related_name="+")

    class Meta(Definition.Meta):
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")


class JourneyQuerySet(Archivable):
    def measured(self) -> Self:
        """Those customers go through now: in use, and not a plan of how it should be."""
        return self.in_use().filter(kind=Journey.Kind.AS_IS)


class Journey(Definition):
    """A path customers take, in stages, and how what happens is read as passages along it.

    `inactive_hours` is how long nothing may happen before a passage is over; by customer it also parts one
    passage from the next. Where `condition_property` is set, only traces with an event that has this value of it
    belong here.
    """

    class Kind(models.TextChoices):
        AS_IS = "as_is", _("as it is")
        TO_BE = "to_be", _("as it should be")

    class TraceBy(models.TextChoices):
        CORRELATION = "correlation", _("events of one case")
        CUSTOMER = "customer", _("events of one customer")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.AS_IS)
    as_is = models.ForeignKey(
        "self",
        models.SET_NULL,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("journey this is the plan for"),
        related_name="plans",
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"), related_name="+")
    sponsor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name=_("executive sponsor"), related_name="+"
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=False)
    trace_by = models.CharField(_("a passage is"), max_length=12, choices=TraceBy.choices, default=TraceBy.CORRELATION)
    inactive_hours = models.PositiveIntegerField(
        _("hours of silence that end it"),
        default=30 * 24,
        validators=[MinValueValidator(1), MaxValueValidator(3 * 366 * 24)],
    )
    condition_property = models.CharField(_("only with the property"), max_length=100, blank=True)
    condition_value = models.CharField(_("of the value"), max_length=200, blank=True)
    memory = models.TextField(
        _("intended memory trace"), blank=True, help_text=_("What customers should remember and tell afterwards.")
    )
    dimension = models.ForeignKey(
        "Dimension",
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("made for customers by"),
        related_name="+",
    )
    segments: Any = ArrayField(models.CharField(max_length=200), verbose_name=_("segments"), default=list, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    validated_on = models.DateField(
        _("validated with customers on"), null=True, blank=True, help_text=_("Empty: what stands here is assumed.")
    )
    validated_by = models.CharField(_("validated by"), max_length=300, blank=True)
    co_designers = models.TextField(
        _("customers who designed it with us"), blank=True, help_text=_("One a line; no names are needed.")
    )

    objects: Any = TenantManager.from_queryset(JourneyQuerySet)()

    class Meta(Definition.Meta):
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["position", "name", "id"]

    @property
    def validated(self) -> bool:
        """Whether customers have confirmed it, or it is what staff assume."""
        return self.validated_on is not None

    def clean(self) -> None:
        """Refuse what contradicts itself, at the field to mend."""
        super().clean()
        wrong: dict[str, Any] = {}
        if self.finished_at and not self.owner_id:  # type: ignore[attr-defined]
            wrong["owner"] = _("A finished journey has one owner. Choose who answers for it.")
        if self.finished_at and not self.sponsor_id:  # type: ignore[attr-defined]
            wrong["sponsor"] = _("A finished journey has one executive sponsor. Choose one from the management.")
        if self.validated_by and not self.validated_on:
            wrong["validated_on"] = _("Say when it was validated, or clear by whom.")
        if self.segments and not self.dimension_id:  # type: ignore[attr-defined]
            wrong["dimension"] = _("Choose the dimension these segments are values of, or clear the segments.")
        if self.as_is_id and self.kind != self.Kind.TO_BE:  # type: ignore[attr-defined]
            wrong["as_is"] = _("Only a journey as it should be is a plan for another. Clear this, or change the kind.")
        if self.as_is_id and self.as_is_id == self.pk:  # type: ignore[attr-defined]
            wrong["as_is"] = _("A journey cannot be the plan for itself. Choose another.")
        if wrong:
            raise ValidationError(wrong)


class Stage(StageBlueprint, TenantModel):
    """One phase of a journey. `flow` says how its touchpoints may follow each other."""

    class Flow(models.TextChoices):
        FREE = "free", _("any of them, in any order, as often as needed")
        SEQUENCE = "sequence", _("all of them, in this order")
        PARALLEL = "parallel", _("all of them, in any order")
        CHOICE = "choice", _("one of them")

    journey = models.ForeignKey(
        Journey, models.CASCADE, db_constraint=False, related_name="stages", verbose_name=_("journey")
    )
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveIntegerField(_("order"), default=0)
    flow = models.CharField(_("order of touchpoints"), max_length=10, choices=Flow.choices, default=Flow.FREE)
    optional = models.BooleanField(_("may be left out"), default=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects: Any = TenantManager.from_queryset(Archivable)()

    class Meta(TenantModel.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["journey", "position", "id"]

    def __str__(self) -> str:
        return self.name


class Step(TenantModel):
    """A touchpoint's place in a stage; a touchpoint may serve several journeys."""

    stage = models.ForeignKey(Stage, models.CASCADE, db_constraint=False, related_name="steps", verbose_name=_("stage"))
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, db_constraint=False, related_name="steps", verbose_name=_("touchpoint")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    optional = models.BooleanField(_("may be skipped"), default=False)
    repeats = models.BooleanField(_("may be repeated"), default=False)
    emotion = models.SmallIntegerField(
        _("designed emotion here"),
        choices=Emotion.choices,
        null=True,
        blank=True,
        validators=EMOTION,
        help_text=_("Empty: the touchpoint's own."),
    )
    change = models.TextField(
        _("what will be different"), blank=True, help_text=_("In a journey as it should be: how it differs from now.")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["stage", "position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "stage", "touchpoint"],
                name="step_once",
                violation_error_message=_("This touchpoint is already in this stage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} · {self.touchpoint}"


class Jump(TenantModel):
    """A way of the design that the order of stages does not give: back (a loop) or over some steps (a skip)."""

    journey = models.ForeignKey(
        Journey, models.CASCADE, db_constraint=False, related_name="jumps", verbose_name=_("journey")
    )
    from_step = models.ForeignKey(
        Step, models.CASCADE, db_constraint=False, related_name="+", verbose_name=pgettext_lazy("way", "from")
    )
    to_step = models.ForeignKey(
        Step, models.CASCADE, db_constraint=False, related_name="+", verbose_name=pgettext_lazy("way", "to")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("jump")
        verbose_name_plural = _("jumps")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "from_step", "to_step"],
                name="jump_once",
                violation_error_message=_("This jump is already there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_step} → {self.to_step}"


class JourneyVersion(TenantModel):
    """How a journey was designed from a moment on; a passage is judged by the version in force when it began.

    `design` is what `journeys.versions.design_of` makes of the journey. Passages that began before the first
    version are judged by that one.
    """

    journey = models.ForeignKey(
        Journey, models.CASCADE, db_constraint=False, related_name="versions", verbose_name=_("journey")
    )
    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateTimeField(_("in force from"))
    made_by = models.CharField(_("made by"), max_length=300, blank=True)
    note = models.TextField(_("what changed and why"), blank=True)
    design: Any = models.JSONField()

    class Meta(TenantModel.Meta):
        verbose_name = _("version of a journey")
        verbose_name_plural = _("versions of journeys")
        ordering = ["journey", "-number"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "journey", "number"], name="journey_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.journey} {self.number}"
