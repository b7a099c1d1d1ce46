"""What is promised to customers."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import User
from journeys.models import Definition, Touchpoint


class Promise(Definition):
    """A customer promise: what customers hear. How it is measured stands in its rules."""

    class Lifecycle(models.TextChoices):
        DRAFT = "draft", _("draft")
        PILOT = "pilot", _("internal pilot")
        PUBLIC = "public", _("public")
        RETIRED = "retired", _("retired")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("for customers to hear")
        INTERNAL = "internal", _("kept among ourselves")

    class Element(models.TextChoices):
        RESPONSE_TIME = "response_time", _("response time")
        AVAILABILITY = "availability", _("availability")
        ACCURACY = "accuracy", _("accuracy")
        STAFFING = "staffing", _("staffing")
        RETURNS = "returns", _("fair returns")
        CONTACT = "contact", _("keeping in touch")
        OTHER = "other", _("other")

    wording = models.TextField(_("wording"), help_text=_("The promise in the customer's words."))
    # {"fi": "...", "sv": "...", "en": "..."}; a language left out reads `wording`.
    wordings: Any = models.JSONField(_("wording by language"), default=dict, blank=True)
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    element = models.CharField(
        _("what is promised"), max_length=20, choices=Element.choices, default=Element.RESPONSE_TIME
    )
    lifecycle = models.CharField(_("lifecycle"), max_length=20, choices=Lifecycle.choices, default=Lifecycle.DRAFT)
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("touchpoint"),
    )
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    vision = models.TextField(_("vision it serves"), blank=True)
    matters = models.TextField(_("what matters to the customer"), blank=True)
    matters_most = models.TextField(_("what matters most"), blank=True)
    measurable = models.TextField(_("how it can be measured"), blank=True)
    attainable = models.TextField(_("why this target can be promised"), blank=True)
    key_words: Any = ArrayField(models.CharField(max_length=60), verbose_name=_("key words"), default=list, blank=True)
    feeling = models.CharField(_("feeling to leave"), max_length=200, blank=True)
    customer_view = models.TextField(_("the customer's view"), blank=True)
    staff_view = models.TextField(_("the staff's view"), blank=True)
    management_view = models.TextField(_("the management's view"), blank=True)
    # What a pilot must show before the promise may be made in public.
    pilot_cases = models.PositiveIntegerField(_("cases in the pilot, at least"), default=30)
    pilot_weeks = models.PositiveSmallIntegerField(_("weeks of pilot, at least"), default=4)
    pilot_margin = models.PositiveSmallIntegerField(
        _("how far under the target the interval may reach, points"),
        default=5,
        validators=[MaxValueValidator(100)],
    )
    # Shares of the time allowed: kept with half of it left is exceeded, kept with a tenth left a near miss.
    exceeded_left = models.PositiveSmallIntegerField(
        _("time left when exceeded, %"), default=50, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    near_left = models.PositiveSmallIntegerField(
        _("time left in a near miss, %"), default=10, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    # What the public promise page says of it, once the promise is public.
    published = models.BooleanField(_("on the public promise page"), default=False)
    rate_published = models.BooleanField(_("with how it is kept"), default=False)

    class Meta(Definition.Meta):
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
