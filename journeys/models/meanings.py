"""What integrations' own words mean: types of events, and texts that name a touchpoint, channel or unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel
from journeys.models.structure import Touchpoint


class EventType(TenantModel):
    """What a type of event means to this company. `touchpoint` is where such events happen that name none.

    A type that is `ignored` is no encounter: it makes no step, and nobody is asked to map it.
    """

    class Meaning(models.TextChoices):
        NONE = "", _("an encounter")
        FAILURE = "failure", _("a failure: nobody answered, a dead end, an error")
        BOT = "bot", _("a machine began to serve")
        HUMAN = "human", _("a human began to serve")
        REFERRAL = "referral", _("the customer recommended us to somebody")
        REPURCHASE = "repurchase", _("the customer bought again")

    type = models.CharField(_("type of event"), max_length=100)
    name = models.CharField(_("name"), max_length=200, blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("touchpoint"),
        related_name="+",
    )
    meaning = models.CharField(_("meaning"), max_length=10, choices=Meaning.choices, default=Meaning.NONE, blank=True)
    ignored = models.BooleanField(_("no encounter"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("type of event")
        verbose_name_plural = _("types of events")
        ordering = ["type"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "type"],
                name="event_type_once",
                violation_error_message=_("This type of event is already described."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.type


class TextMapping(TenantModel):
    """A text that integrations send, and the touchpoint, channel or unit staff say it means."""

    class Kind(models.TextChoices):
        TOUCHPOINT = "touchpoint", _("touchpoint")
        CHANNEL = "channel", _("channel")
        UNIT = "unit", _("unit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=300)
    target_id = models.BigIntegerField(_("means"))

    class Meta(TenantModel.Meta):
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "text"], name="text_mapped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
