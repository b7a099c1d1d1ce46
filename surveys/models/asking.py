"""What is asked, and the doors through which it is answered."""

import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant, TenantModel
from journeys.models import Definition, Journey, Touchpoint


class Audience(models.TextChoices):
    CUSTOMER = "customer", _("customers")
    EMPLOYEE = "employee", _("employees")


class LegalBasis(models.TextChoices):
    """Why personal data of respondents may be used (GDPR, article 6)."""

    INTEREST = "interest", _("legitimate interest")
    CONSENT = "consent", _("consent")
    CONTRACT = "contract", _("contract")
    PUBLIC = "public", _("public task")


class Survey(Definition):
    """A micro-survey. What customers see is its newest published version; edits wait for the next one."""

    class Kind(models.TextChoices):
        TRANSACTION = "transaction", _("transaction")
        RELATIONSHIP = "relationship", _("relationship")
        RECALL = "recall", _("recall, weeks later")
        ONBOARDING = "onboarding", _("onboarding of a new customer")
        MIRROR = "mirror", _("mirror: staff guess what customers answer")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.TRANSACTION)
    audience = models.CharField(_("asked of"), max_length=20, choices=Audience.choices, default=Audience.CUSTOMER)
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("touchpoint"),
        help_text=_("Where answers belong when the answer itself does not say."),
    )
    journey = models.ForeignKey(
        Journey,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("journey"),
        help_text=_("Recall questions offer its touchpoints."),
    )
    privacy_notice = models.TextField(_("privacy notice"), blank=True)
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=20,
        choices=LegalBasis.choices,
        default=LegalBasis.INTEREST,
        help_text=_("Shown to respondents beside the privacy notice."),
    )
    anonymous = models.BooleanField(
        _("anonymous"),
        default=False,
        help_text=_("Answers are stored without customer, address or invitation. Nobody can be contacted about one."),
    )
    prize_draw = models.TextField(
        _("prize draw"),
        blank=True,
        help_text=_("The rules of the draw, shown after answering; empty = no draw. Entries are kept apart."),
    )
    long_because = models.CharField(
        _("why more than five questions"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Long surveys are left unfinished. An admin may allow one, saying why; it is kept in history."),
    )

    class Meta(Definition.Meta):
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")


class Question(TenantModel):
    """A question of the draft. `metric` names a question type (see questionnaire): a metric and its scale, or free.
    Of "profile:segment" the answer is the customer's value of that dimension, and the options' keys are values.

    `options` are own words, [{key, text: {language: text}}]: of a free choice its options in order, else of what
    the type's `rows` name. `only_if` is {question, is, values}, or empty for a question that is always asked.
    """

    COMMENT = "comment"

    survey = models.ForeignKey(
        Survey, models.CASCADE, db_constraint=False, related_name="questions", verbose_name=_("survey")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    key = models.SlugField(_("key"), max_length=50, help_text=_("The name integrations use for the answer."))
    metric = models.CharField(_("question type"), max_length=120)
    wording: Any = models.JSONField(
        _("own wording"), default=dict, blank=True, help_text=_("By language; empty = the standard wording.")
    )
    options: Any = models.JSONField(_("options and other words"), default=list, blank=True)
    only_if: Any = models.JSONField(_("asked only if"), default=dict, blank=True)
    required = models.BooleanField(_("required"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["survey", "position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "survey", "key"],
                name="question_key",
                violation_error_message=_("Another question of this survey has this key."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class SurveyVersion(TenantModel):
    """A survey as it was published: answers keep pointing here, whatever is edited later.

    `questions` is a list of {key, metric, wording: {language: text}, required} in the order asked, with `options`
    ({key, text, bin}: `bin` is a free choice's place in its histogram) and `only_if` where there are such.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, db_constraint=False, related_name="versions")
    number = models.PositiveIntegerField()
    questions: Any = models.JSONField()
    long_because = models.CharField(max_length=300, blank=True, default="")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["survey", "-number"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "survey", "number"], name="survey_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"


# No 0/O, 1/I/L: codes are read from a receipt and typed on a phone.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """A short code for a survey's address: 10 signs of 31, about 2^49."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


# Crockford's base 32: typed by hand, and forgiving, as O is read as 0 and I and L as 1.
_SHORT = "0123456789abcdefghjkmnpqrstvwxyz"


def new_short() -> str:
    """A code to be typed from a receipt: 6 signs of 32. Of 10,000 links one in 100,000 new ones meets another's."""
    return "".join(secrets.choice(_SHORT) for _ in range(6))


class SurveyLink(models.Model):
    """A code that opens a survey at a touchpoint. Outside row-level security: the code names the tenant.

    With a `pin_hash` (surveys.pins) it is a kiosk's too: the PIN lets staff leave the full screen.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    code = models.CharField(_("code"), max_length=40, unique=True, default=new_code)
    short = models.CharField(  # noqa: DJ001 - unique, so none is null and not empty
        _("short code"), max_length=10, unique=True, null=True, default=new_short, editable=False
    )
    pin_hash = models.CharField(max_length=200, blank=True, default="", editable=False)
    survey_id = models.BigIntegerField()
    touchpoint_id = models.BigIntegerField(null=True, blank=True)
    channel_id = models.BigIntegerField(null=True, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    is_test = models.BooleanField(
        _("for testing"), default=False, help_text=_("Answers through this link are kept and count nowhere.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("survey link")
        verbose_name_plural = _("survey links")

    def __str__(self) -> str:
        return self.label or self.code


class Widget(models.Model):
    """A public key that shows a survey inside a company's own pages. Outside row-level security, as links are."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=40, unique=True, default=new_code)
    name = models.CharField(_("name"), max_length=200)
    survey_id = models.BigIntegerField()
    touchpoint_id = models.BigIntegerField(null=True, blank=True)
    channel_id = models.BigIntegerField(null=True, blank=True)
    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("allowed pages"),
        default=list,
        blank=True,
        help_text=_("Addresses like https://www.example.fi whose pages may show the widget."),
    )
    settings: Any = models.JSONField(default=dict, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("widget")
        verbose_name_plural = _("widgets")

    def __str__(self) -> str:
        return self.name
