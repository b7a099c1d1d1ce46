"""How staff mean a touchpoint and a stage to be: what the map draws and the plan is compared by."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EMOTION = [MinValueValidator(-2), MaxValueValidator(2)]
MOST_WAITING = 60 * 24 * 366


class Emotion(models.IntegerChoices):
    """What customers are meant to feel; None where nobody has thought of it."""

    DELIGHTED = 2, _("delighted")
    GLAD = 1, _("glad")
    NEUTRAL = 0, _("nothing particular")
    UNEASY = -1, _("uneasy")
    UPSET = -2, _("upset")


class Mix(models.TextChoices):
    """The seven Ps of marketing services."""

    PRODUCT = "product", _("Product")
    PRICE = "price", _("Price")
    PLACE = "place", pgettext_lazy("seven Ps", "Place")
    PROMOTION = "promotion", _("Promotion")
    PEOPLE = "people", _("People")
    PROCESS = "process", _("Process")
    PHYSICAL = "physical", _("Physical evidence")


class Driver(models.TextChoices):
    """Six drivers of experience, as the field's published comparisons of companies name them."""

    PERSONAL = "personal", _("Personalisation")
    INTEGRITY = "integrity", _("Integrity")
    EXPECTATIONS = "expectations", _("Expectations")
    RESOLUTION = "resolution", _("Resolution")
    EFFORT = "effort", _("Time and effort")
    EMPATHY = "empathy", _("Empathy")


class Need(models.TextChoices):
    """Seven needs customers bring to a service encounter."""

    FRIENDLINESS = "friendliness", _("Friendliness")
    UNDERSTANDING = "understanding", _("Understanding")
    FAIRNESS = "fairness", _("Fairness")
    CONTROL = "control", _("Control")
    ALTERNATIVES = "alternatives", _("Alternatives")
    INFORMATION = "information", _("Information")
    TIME = "time", _("Respect for time")


# Field of a touchpoint -> the tags it holds.
TAGS: dict[str, type[models.TextChoices]] = {"mix": Mix, "drivers": Driver, "needs": Need}


def _tags(label: Any, choices: type[models.TextChoices]) -> Any:
    kind = models.CharField(max_length=20, choices=choices.choices)
    return ArrayField(kind, verbose_name=label, default=list, blank=True)


class TouchpointBlueprint(models.Model):
    """What is decided of a touchpoint beside its place."""

    class By(models.TextChoices):
        HUMAN = "human", _("a person")
        DIGITAL = "digital", _("a machine")
        BOTH = "both", _("a person and a machine")

    class Interactivity(models.TextChoices):
        MASS = "mass", _("the same for everybody")
        SEGMENT = "segment", _("by segment")
        INDIVIDUAL = "individual", _("by customer")

    role = models.CharField(
        _("role that delivers"), max_length=200, blank=True, help_text=_("Who meets the customer: salesperson, driver.")
    )
    by = models.CharField(_("delivered by"), max_length=10, choices=By.choices, blank=True)
    interactivity = models.CharField(_("made for"), max_length=10, choices=Interactivity.choices, blank=True)
    waiting_minutes = models.PositiveIntegerField(
        _("minutes customers wait"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_WAITING)],
        help_text=_("How long customers are meant to wait here. Leave empty where nobody waits."),
    )
    evidence = models.TextField(
        _("evidence"), blank=True, help_text=_("What the customer sees, holds or keeps: receipt, sign, confirmation.")
    )
    peer_help = models.BooleanField(
        _("other customers help"), default=False, help_text=_("A forum, reviews, a community.")
    )
    emotion = models.SmallIntegerField(
        _("designed emotion"), choices=Emotion.choices, null=True, blank=True, validators=EMOTION
    )
    mix = _tags(_("seven Ps"), Mix)
    drivers = _tags(_("six drivers"), Driver)
    needs = _tags(_("seven needs"), Need)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a tag that stands twice."""
        super().clean()
        for field in TAGS:
            tags = getattr(self, field) or []
            if len(tags) != len(set(tags)):
                raise ValidationError({field: _("Name each tag once.")})


class StageBlueprint(models.Model):
    """What is decided of a stage beside its touchpoints. `emotion` is what customers feel as the stage ends."""

    goal = models.TextField(_("the customer's goal"), blank=True)
    vision = models.TextField(_("vision"), blank=True, help_text=_("What this stage is like when it is as we dream."))
    target = models.CharField(
        _("target"), max_length=300, blank=True, help_text=_("What shows that the vision is reached, with a number.")
    )
    expectation = models.TextField(_("expectation to exceed"), blank=True)
    edge = models.TextField(_("competitive edge"), blank=True, help_text=_("Why customers choose us for this."))
    emotion = models.SmallIntegerField(
        _("expected emotion"), choices=Emotion.choices, null=True, blank=True, validators=EMOTION
    )
    after_purchase = models.BooleanField(_("after the purchase"), default=False)

    class Meta:
        abstract = True
