"""Asking the company's own people, and outsiders, how customers are led: rounds, and answers that name nobody."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from cxplatform.tenancy.roles import Role
from journeys.models import Unit


class Round(TenantModel):
    """One time of asking. `kind` says what is asked (`dashboards.plan.asked`); answers are taken to the end of
    `closes_on`, or until somebody closes it. Results are shown when it is closed: of an open one each new answer
    would show in the means. `link` is the secret part of the outsiders' address, empty where there is none."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("360 assessment")
        LEEWAY = "leeway", _("Strategy and leeway")
        BARRIERS = "barriers", _("Barriers")

    kind = models.CharField(_("what is asked"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    opened_on = models.DateField(_("opened"))
    closes_on = models.DateField(_("open until"))
    closed_on = models.DateField(_("closed"), null=True)
    # The roles whose members were written to, and how many they were then.
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list, blank=True)
    asked = models.PositiveIntegerField(_("people asked"), default=0)
    link = models.CharField(max_length=40, blank=True, default="", editable=False)
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("round of asking")
        verbose_name_plural = _("rounds of asking")
        ordering = ["-closes_on", "-id"]

    def __str__(self) -> str:
        return self.name


class RoundAnswer(TenantModel):
    """What one person answered: {item: 1..n}, and of barriers {barrier: 1}. Nothing tells who: no user, no time, and
    a random key, as keys in the order of arrival could be laid beside the order of those who answered."""

    class Group(models.TextChoices):
        MANAGEMENT = "management", _("Management")
        SUPERVISORS = "supervisors", _("Supervisors")
        FRONTLINE = "frontline", _("Work with customers")
        SPECIALISTS = "specialists", _("Specialists and support")
        OUTSIDE = "outside", _("Outside view")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, db_constraint=False, related_name="answers")
    group = models.CharField(_("group"), max_length=12, choices=Group.choices)
    unit = models.ForeignKey(Unit, models.SET_NULL, db_constraint=False, null=True, related_name="+")
    answers: Any = models.JSONField(default=dict)
    other = models.CharField(_("something else"), max_length=300, blank=True, default="")

    class Meta(TenantModel.Meta):
        verbose_name = _("answer to a round")
        verbose_name_plural = _("answers to rounds")

    def __str__(self) -> str:
        return str(self.id)


class RoundVoice(TenantModel):
    """Somebody has answered a round: each member once. What they answered is elsewhere."""

    round = models.ForeignKey(Round, models.CASCADE, db_constraint=False, related_name="voices")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        verbose_name = _("participation in a round")
        verbose_name_plural = _("participations in rounds")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "round", "user"], name="round_voice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.user}"


class Course(TenantModel):
    """Training in customer experience, for the members in one role (empty = everybody)."""

    name = models.CharField(_("course"), max_length=200)
    about = models.CharField(_("what it is about"), max_length=500, blank=True, default="")
    address = models.URLField(_("address of an online course"), blank=True, default="")
    audience = models.CharField(_("for whom"), max_length=20, choices=Role.choices, blank=True, default="")
    due = models.DateField(_("to be done by"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CourseDone(TenantModel):
    """A member has done a course, as they said themselves or as somebody noted."""

    course = models.ForeignKey(Course, models.CASCADE, db_constraint=False, related_name="done")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    done_on = models.DateField(_("date"))

    class Meta(TenantModel.Meta):
        verbose_name = _("course done")
        verbose_name_plural = _("courses done")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "course", "user"], name="course_done_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"


class ChangeAgent(TenantModel):
    """A member who carries the change among colleagues, of one unit or of the whole company."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(
        Unit, models.SET_NULL, db_constraint=False, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    task = models.CharField(_("task"), max_length=200, blank=True, default="")
    since = models.DateField(_("since"))

    class Meta(TenantModel.Meta):
        verbose_name = _("change agent")
        verbose_name_plural = _("change agents")
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "user"], name="change_agent_once"),
        ]

    def __str__(self) -> str:
        return str(self.user)
