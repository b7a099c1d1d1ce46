"""What the company does when a device or a customer's behaviour says something: rules on events, and why-log."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel
from journeys.conditions import BadDefinition, parse
from journeys.models.structure import Definition, Touchpoint, Unit

OWN_TYPES = ("survey.", "promise.", "followup.", "cx.")
"""Beginnings of the types of events of our own making: no steps, and nothing may be set off by them."""
MOST_LANGUAGES = 10


class EventRule(Definition):
    """When an event of `event_type` passes all `conditions`, a service touchpoint is opened, the customer is told
    the next step, or both.

    `conditions` are {property, operator, value}. `texts` are by language: {"fi": {"subject": ..., "text": ...}}.
    Within `quiet_hours` of one that set it off, no other event of the same customer does. Events heard of later
    than `latest_hours` set nothing off.
    """

    event_type = models.CharField(_("when this event comes"), max_length=100)
    at_touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only at the touchpoint"),
    )
    conditions: Any = models.JSONField(_("conditions"), default=list, blank=True)
    opens_touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("open a service encounter at"),
        help_text=_("Empty = none is opened."),
    )
    opens_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the unit"),
        help_text=_("Empty = the touchpoint's own."),
    )
    opens_type = models.CharField(_("as an event of the type"), max_length=100, default="service.opened")
    texts: Any = models.JSONField(_("texts"), default=dict, blank=True)
    quiet_hours = models.PositiveIntegerField(
        _("hours before the same customer may set it off again"), default=24, validators=[MaxValueValidator(24 * 366)]
    )
    latest_hours = models.PositiveIntegerField(
        _("hours after which an event is too old"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 7)],
        help_text=_("What is brought in later, history for example, sets nothing off."),
    )
    active = models.BooleanField(_("in force"), default=True)

    class Meta(Definition.Meta):
        verbose_name = _("event rule")
        verbose_name_plural = _("event rules")

    @property
    def opens(self) -> bool:
        return self.opens_touchpoint_id is not None

    @property
    def prompts(self) -> bool:
        return bool(self.texts)

    def clean(self) -> None:
        """What neither the editor nor the API may store."""
        errors: dict[str, Any] = {}
        for name in ("event_type", "opens_type"):
            if getattr(self, name).startswith(OWN_TYPES):
                errors[name] = _("Types that begin with survey., promise. or cx. are made here. Choose another.")
        if self.opens_touchpoint_id is not None and self.event_type == self.opens_type:
            errors["opens_type"] = _("It must differ from the event that sets the rule off.")
        try:
            if self.conditions:
                parse(property="", operator="all", value=self.conditions)
        except BadDefinition as error:
            errors["conditions"] = str(error)
        if problem := _wrong_texts(self.texts):
            errors["texts"] = problem
        if not self.opens and not self.prompts:
            errors["opens_touchpoint"] = _("Say what the rule does: open an encounter, write to the customer, or both.")
        if errors:
            raise ValidationError(errors)


def _wrong_texts(texts: Any) -> Any:
    if not isinstance(texts, dict) or len(texts) > MOST_LANGUAGES:
        return _("Give texts by language.")
    for language, words in texts.items():
        known = isinstance(words, dict) and set(words) <= {"subject", "text"}
        if not known or not all(isinstance(each, str) and "\x00" not in each for each in words.values()):
            return _("Give a subject and a text in each language.")
        if not words.get("text", "").strip() or not 2 <= len(language) <= 10:
            return _("Write the text in each language that has a subject.")
        if len(words.get("subject", "")) > 200 or len(words["text"]) > 4000:
            return _("Use at most 200 characters in the subject and 4,000 in the text.")
    return None


class RuleFiring(FactModel):
    """An event that met a rule, and what was done: the log of why, and what makes it happen once.

    `subject` is who may not set it off again for a while: the customer, else the correlation. `opened` says whether
    an encounter was opened, `prompted` by what the customer was written to; `reason` is a code of
    journeys.prompts.REASONS, why something was not done. Events within the quiet hours of one leave no row.
    """

    rule_id = models.BigIntegerField()
    event_id = models.UUIDField()
    subject = models.CharField(max_length=200, blank=True)
    customer_id = models.UUIDField(null=True)
    time = models.DateTimeField()
    decided_at = models.DateTimeField(auto_now_add=True)
    opened = models.BooleanField(default=False)
    prompted = models.CharField(max_length=10, default="", blank=True)
    reason = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        verbose_name = _("what a rule did")
        verbose_name_plural = _("what rules did")
        constraints = [models.UniqueConstraint(fields=["tenant", "rule_id", "event_id"], name="firing_once")]
        indexes = [
            models.Index(fields=["tenant", "rule_id", "subject", "time"], name="firing_by_subject"),
            models.Index(fields=["tenant", "decided_at"], name="firing_by_time"),
        ]
