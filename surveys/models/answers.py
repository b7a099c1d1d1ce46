"""What customers answered, and the counts made of it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantRow
from surveys.models.asking import Audience, Survey, SurveyVersion


class Response(FactModel):
    """One submission. Its id is also the id of its event `survey.answered`.

    `scores` maps "metric/scale" to the bin of that metric's histogram; `counted` is what of it stands in the
    rollups now, so that any later change (a correction, a removed test, a newer answer in the wave) is counted
    as the difference. `dimensions` are frozen when the answer is taken. `contact` is {name, email, phone, at}
    of who allowed us to contact them, and goes with the person.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    submission_id = models.CharField(max_length=100)
    answered_at = models.DateTimeField()
    language = models.CharField(max_length=10, default="")
    audience = models.CharField(max_length=20, choices=Audience.choices)
    wave = models.CharField(max_length=30, default="")
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    touchpoint_text = models.CharField(max_length=300, default="")
    channel_text = models.CharField(max_length=300, default="")
    unit_text = models.CharField(max_length=300, default="")
    collected_by = models.CharField(max_length=20)
    answers: Any = models.JSONField(default=dict)
    texts: Any = models.JSONField(default=dict)
    contact: Any = models.JSONField(null=True)
    scores: Any = models.JSONField(default=dict)
    dimensions: Any = models.JSONField(default=dict)
    counted: Any = models.JSONField(default=dict)
    is_test = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [models.UniqueConstraint(fields=["tenant", "submission_id"], name="response_once")]
        indexes = [
            models.Index(
                fields=["tenant", "customer_id", "wave"],
                name="response_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
            models.Index(fields=["tenant", "touchpoint_id", "answered_at"], name="response_by_touchpoint"),
        ]


class Grain(models.TextChoices):
    DAY = "d", _("day")
    MONTH = "m", _("month")


class ScoreRollup(TenantRow):
    """A histogram of answers: one row per day (and per month), touchpoint, channel and slice.

    `metric` is "metric/scale", with ":subject" where each subject has counts of its own; `histogram[i]` counts
    answers in bin i. Touchpoint 0 is the whole company's total, channel and unit 0 is "not known". The slice is
    `dimension` = `value`; both empty is the total. `wave` is empty for transactional answers, so those of other
    kinds of surveys are never pooled with them: "2026-Q4" is a relationship wave, "recall:2026-Q4" the recall
    surveys of that quarter.
    """

    pk = models.CompositePrimaryKey(
        "tenant_id",
        "metric",
        "dimension",
        "value",
        "grain",
        "touchpoint_id",
        "start",
        "channel_id",
        "audience",
        "wave",
    )
    metric = models.CharField(max_length=200)
    dimension = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    grain = models.CharField(max_length=1, choices=Grain.choices)
    touchpoint_id = models.BigIntegerField()
    start = models.DateField()
    channel_id = models.BigIntegerField()
    audience = models.CharField(max_length=20)
    wave = models.CharField(max_length=30)
    histogram = ArrayField(models.IntegerField())
