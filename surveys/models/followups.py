"""Closing the loop: what makes somebody call a customer back, who does it by when, and what came of it."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantModel, User
from cxplatform.tenancy.roles import Role
from journeys.models import Calendar, Definition, Dimension, Touchpoint
from surveys.models.asking import Survey

_LIVE = Q(state__in=["open", "contacted"])
three_capitals = RegexValidator(r"^[A-Z]{3}$", _("Use three capital letters, such as EUR."))


class Cause(models.TextChoices):
    """Why a follow-up is opened, the most pressing first: of several for one event, the first counts."""

    COMPLAINT = "complaint", _("complaint")
    BROKEN_PROMISE = "broken_promise", _("broken promise")
    CONTACT_WISHED = "contact_wished", _("customer asks for contact")
    FAILED_FCR = "failed_fcr", _("issue not resolved")
    DETRACTOR = "detractor", _("detractor")
    PROMOTER = "promoter", _("promoter")
    BY_HAND = "by_hand", _("opened by hand")


class FollowUpRule(Definition):
    """When a follow-up is opened, for whom, and by when the customer is to be contacted and helped.

    What is empty does not narrow. Minutes are open minutes of the calendar, round the clock without one.
    `event_type` is that of a complaint; `promise` the slug of the promise of a broken one. `dimension` = `value`
    narrows to a group, such as the most valuable customers.
    """

    class OwnerBy(models.TextChoices):
        UNIT = "unit", _("the unit's manager")
        TOUCHPOINT = "touchpoint", _("the touchpoint's owner")
        PERSON = "person", _("a person")

    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    active = models.BooleanField(_("in use"), default=True)
    survey = models.ForeignKey(
        Survey, models.CASCADE, db_constraint=False, null=True, blank=True, related_name="+", verbose_name=_("survey")
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint"),
    )
    event_type = models.CharField(_("type of event"), max_length=100, blank=True, default="")
    promise = models.CharField(_("promise"), max_length=100, blank=True, default="")
    dimension = models.ForeignKey(
        Dimension,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dimension"),
    )
    value = models.CharField(_("value"), max_length=200, blank=True, default="")
    owner_by = models.CharField(_("owner"), max_length=12, choices=OwnerBy.choices, default=OwnerBy.UNIT)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person"))
    backup = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person in reserve")
    )
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("business hours"),
    )
    contact_minutes = models.PositiveIntegerField(
        _("contact within, minutes"), default=480, validators=[MinValueValidator(1)]
    )
    fix_minutes = models.PositiveIntegerField(
        _("solved within, minutes"), default=2_400, validators=[MinValueValidator(1)]
    )
    thanks = models.BooleanField(_("thank the customer at once"), default=True)
    asks_again = models.BooleanField(_("ask afterwards whether we put it right"), default=True)
    # Of rules of one cause that fit the same event, the first by this (then by id) counts.
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Definition.Meta):
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")


class FollowUpSetting(TenantModel):
    """What holds for all follow-ups of a company: one row, or none while nobody has set anything.

    `cost_of_contact` is what one more contact about the same matter costs the company, in `currency`. `referral_url`
    is where a link that an ambassador shares leads.
    """

    cost_of_contact = models.DecimalField(
        _("cost of a contact"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty = not known; nothing is counted by it."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[three_capitals])
    referral_url = models.URLField(_("where a recommendation leads"), max_length=500, blank=True, default="")

    class Meta(TenantModel.Meta):
        verbose_name = _("setting of follow-ups")
        verbose_name_plural = _("settings of follow-ups")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="follow_up_setting_once"),
        ]

    def __str__(self) -> str:
        return str(_("Follow-ups"))


class FollowUp(TenantModel):
    """One customer's matter in one person's hands, from the signal to the customer's own word that it is put right.

    `event_id` is the event that opened it (of an answer also `response_id`), once each; `correlation` is the matter's
    own key in its events `followup.*` ("followup:<id>" where the opening event brought none). Places are frozen at
    opening. `wish` is the remedy in the customer's own words, recorded before any offer. `contacts` counts contacts
    about the same matter, `transfers` hand-overs. `fixed` is the customer's answer to "did we put it right?".
    `value` is the normalised score of the signal, `recovery_value` that given afterwards. `version` grows with every
    change: who changes an older one is told so. `due_at` is what falls due next, the contact or the fix;
    `contact_kept` and `fix_kept` say whether the first of each came by its due time, None before. Its owner
    knows of it once `owner_told`; `reminded_of` and `escalated_for` are the due times of which the owner was reminded
    and somebody else told that they had passed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be contacted")
        CONTACTED = "contacted", _("contacted")
        SOLVED = "solved", _("solved, waiting for the customer's word")
        CONFIRMED = "confirmed", _("confirmed by the customer")
        CLOSED = "closed", _("closed without solving")

    class Fixed(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    LIVE = (State.OPEN, State.CONTACTED)

    rule = models.ForeignKey(
        FollowUpRule, models.SET_NULL, db_constraint=False, null=True, related_name="+", db_index=False
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"), db_index=False
    )
    event_id = models.UUIDField(null=True)
    response_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    correlation = models.CharField(max_length=200, default="", blank=True)
    signal_at = models.DateTimeField(_("signal"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    contact_due = models.DateTimeField(_("contact by"))
    fix_due = models.DateTimeField(_("solved by"))
    contacted_at = models.DateTimeField(_("contacted"), null=True)
    solved_at = models.DateTimeField(_("solved"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    contact_kept = models.BooleanField(null=True)
    fix_kept = models.BooleanField(null=True)
    wish = models.TextField(_("the customer's wish"), default="", blank=True)
    value = models.FloatField(null=True)
    fixed = models.CharField(_("put right"), max_length=10, choices=Fixed.choices, default="", blank=True)
    recovery_value = models.FloatField(null=True)
    recovery_response_id = models.UUIDField(null=True)
    contacts = models.PositiveSmallIntegerField(_("contacts"), default=0)
    transfers = models.PositiveSmallIntegerField(_("hand-overs"), default=0)
    given = models.DecimalField(_("given to the customer"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[three_capitals])
    version = models.PositiveIntegerField(default=1)
    due_at: Any = models.GeneratedField(
        expression=Case(When(state="open", then=F("contact_due")), When(state="contacted", then=F("fix_due"))),
        output_field=models.DateTimeField(_("due"), null=True),
        db_persist=True,
    )
    owner_told = models.BooleanField(default=True)
    reminded_of = models.DateTimeField(null=True)
    escalated_for = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["tenant", "event_id"], name="follow_up_once", condition=Q(event_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "contact_due", "id"], name="follow_up_to_contact", condition=Q(state="open")
            ),
            models.Index(
                fields=["tenant", "owner", "fix_due", "id"],
                name="follow_up_of_owner",
                condition=Q(state__in=["open", "contacted"]),
            ),
            models.Index(
                fields=["tenant", "fix_due", "id"], name="follow_up_live", condition=Q(state__in=["open", "contacted"])
            ),
            models.Index(fields=["tenant", "opened_at", "id"], name="follow_up_by_time"),
            models.Index(
                fields=["tenant", "customer_id"], name="follow_up_by_customer", condition=Q(customer_id__isnull=False)
            ),
            models.Index(
                fields=["tenant", "response_id"], name="follow_up_by_answer", condition=Q(response_id__isnull=False)
            ),
            models.Index(fields=["tenant", "correlation"], name="follow_up_by_matter"),
            models.Index(fields=["tenant", "due_at", "id"], name="follow_up_due", condition=_LIVE),
            models.Index(fields=["tenant", "owner", "opened_at", "id"], name="follow_up_of_owner_by_time"),
            models.Index(fields=["tenant", "opened_at", "id"], name="follow_up_solved", condition=Q(state="solved")),
            models.Index(fields=["tenant", "owner", "due_at", "id"], name="follow_up_due_of_owner", condition=_LIVE),
            models.Index(fields=["tenant", "unit_id", "due_at", "id"], name="follow_up_due_of_unit", condition=_LIVE),
            models.Index(fields=["tenant", "owner"], name="follow_up_untold", condition=_LIVE & Q(owner_told=False)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.pk}"


class FollowUpStep(FactModel):
    """One thing done or said in a follow-up: the trail, in order of `id`. `by` None: the customer or the platform.

    `text` is what was written; `data` holds what else belongs to the kind ({"from": user id, "to": user id} of a
    hand-over, {"amount": "20.00"} of an offer). Texts go with the person.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        SIGNAL = "signal", _("another signal of the same customer")
        ASSIGNED = "assigned", _("given to")
        HANDED_OVER = "handed_over", _("handed over")
        THANKED = "thanked", _("thanked")
        CONTACTED = "contacted", _("contacted")
        NOT_REACHED = "not_reached", _("tried, not reached")
        WISH = "wish", _("the customer's wish")
        ASSESSED = "assessed", _("assessed")
        INVESTIGATED = "investigated", _("looked into")
        OFFERED = "offered", _("offered")
        AGREED = "agreed", _("agreed")
        CONFIRMED_IN_WRITING = "confirmed_in_writing", _("confirmed in writing")
        SOLVED = "solved", _("solved")
        TOLD = "told", _("told to the customer")
        ASKED_AGAIN = "asked_again", _("asked whether it is put right")
        ANSWERED = "answered", _("the customer answered")
        REOPENED = "reopened", _("opened again")
        CLOSED = "closed", _("closed")
        INVITED = "invited", _("invited")
        NOTE = "note", _("note")
        MAIL_IN = "mail_in", _("mail from the customer")
        MAIL_OUT = "mail_out", _("mail to the customer")

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, db_constraint=False, related_name="steps", db_index=False)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    text = models.TextField(default="", blank=True)
    data: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("step of a follow-up")
        verbose_name_plural = _("steps of follow-ups")
        indexes = [models.Index(fields=["tenant", "follow_up", "id"], name="follow_up_steps")]


class AgreedItem(TenantModel):
    """Something agreed with the customer: told them in writing at `confirmed_at`, done at `done_at`."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, db_constraint=False, related_name="agreed")
    text = models.CharField(_("what was agreed"), max_length=500)
    due = models.DateField(_("due"), null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("agreed item")
        verbose_name_plural = _("agreed items")
        ordering = ["follow_up", "id"]

    def __str__(self) -> str:
        return self.text


class EmpowermentLimit(TenantModel):
    """What a role may give a customer on its own in one follow-up; without a row, nothing that costs money."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    amount = models.DecimalField(_("up to"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[three_capitals])

    class Meta(TenantModel.Meta):
        verbose_name = _("empowerment limit")
        verbose_name_plural = _("empowerment limits")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "role"], name="empowerment_limit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.amount} {self.currency}"


class OwnerNotice(TenantModel):
    """When a person was last mailed of follow-ups of theirs: what comes soon after waits for one mail of them all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    mailed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="owner_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.mailed_at}"


class Deed(TenantModel):
    """ "You said, we did": what customers said at a touchpoint and what was done about it, as it is told to them.

    `said` and `did` are by language. `improvement_id` is that of the improvement it came of (dashboards). It is told
    from `done_on` on while `published`.
    """

    touchpoint = models.ForeignKey(
        Touchpoint,
        models.CASCADE,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("touchpoint"),
    )
    said: Any = models.JSONField(_("you said"), default=dict)
    did: Any = models.JSONField(_("we did"), default=dict)
    done_on = models.DateField(_("done on"))
    published = models.BooleanField(_("told to customers"), default=False)
    improvement_id = models.BigIntegerField(null=True)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("you said, we did")
        verbose_name_plural = _("you said, we did")
        ordering = ["-done_on", "-id"]

    def __str__(self) -> str:
        return f"{self.touchpoint_id} {self.done_on}"
