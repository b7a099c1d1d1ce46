"""Meetings held over the leadership page, and what was decided in them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import TenantModel, User
from dashboards.models.improvements import Improvement


class Meeting(TenantModel):
    """The leadership page as it was when a meeting began, kept so that its figures stand still.

    `page` is what each step of the agenda showed, as HTML of our own templates: {language: {step: html}}. What
    customers said is in it while the meeting goes on and no longer (`dashboards.meeting.words`); `case_id` is the
    answer of the case in the chair. `query` asks for the same page ("?journey=fleet", "?" = all of it); `unit_ids` are
    the units to which its starter was limited. `found` are the keys of the findings there were when it began:
    to the next meeting, others are new.
    """

    query = models.CharField(max_length=1000, default="?")
    start = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    unit_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    page: Any = models.JSONField(default=dict)
    case_id = models.UUIDField(null=True)
    found: Any = models.JSONField(default=list)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("began"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes = [models.Index(fields=["tenant", "-started_at"], name="meeting_newest")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Decision(TenantModel):
    """What was decided, who does it and by when; `about` is the step of the agenda at which it was written down.

    Open decisions come up first in every meeting until they are settled: done, or not done and let go. One without a
    `meeting` was made between two, of an `improvement`: it is on the agenda of the next. An improvement may also have
    been made of it, which is then named here.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        NOT_DONE = "not_done", _("not done")

    meeting = models.ForeignKey(Meeting, models.CASCADE, db_constraint=False, null=True, related_name="decisions")
    improvement = models.ForeignKey(
        Improvement, models.SET_NULL, db_constraint=False, null=True, blank=True, related_name="decisions"
    )
    about = models.CharField(max_length=20, default="", blank=True)
    text = models.CharField(_("decision"), max_length=500)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner"))
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("settled by"))
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["due", "id"]
        indexes = [
            models.Index(fields=["tenant", "due"], name="decision_open", condition=models.Q(state="open")),
            models.Index(fields=["tenant", "meeting"], name="decision_of_meeting"),
        ]

    def __str__(self) -> str:
        return self.text


class AgendaItem(TenantModel):
    """What somebody wants the next meeting to talk about; `meeting` is the one in which that was done.

    `unit_ids` are the units to which whoever wrote it is limited, as a meeting's are.
    """

    text = models.CharField(_("what to talk about"), max_length=500)
    improvement = models.ForeignKey(
        Improvement, models.CASCADE, db_constraint=False, null=True, blank=True, related_name="agenda"
    )
    unit_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(auto_now_add=True)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, db_constraint=False, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("item of an agenda")
        verbose_name_plural = _("items of agendas")
        ordering = ["written_at", "id"]
        indexes = [
            models.Index(fields=["tenant", "id"], name="agenda_waiting", condition=models.Q(handled_at=None)),
        ]

    def __str__(self) -> str:
        return self.text
