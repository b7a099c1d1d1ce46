"""What customers wrote, as people may read it: masked, with what it is about and how it feels."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import FactModel, TenantModel, TenantRow
from journeys.models import Definition
from surveys.models.asking import Audience


class Topic(Definition):
    """What customers write about, as this company sees it. `names` are by language, else `name`; `words` are by
    language the words (their base forms) that tell of it before anybody has taught it."""

    names: Any = models.JSONField(_("names by language"), default=dict, blank=True)
    words: Any = models.JSONField(_("words that tell of it, by language"), default=dict, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class TopicExample(TenantModel):
    """A text that is about a topic, or is not, as somebody said. The text is masked, and goes with the person."""

    topic = models.ForeignKey(Topic, models.CASCADE, db_constraint=False, related_name="examples")
    text = models.CharField(max_length=2_000)
    language = models.CharField(max_length=10, default="")
    about = models.BooleanField(default=True)
    verbatim_id = models.UUIDField(null=True)
    taught_by_id = models.BigIntegerField(null=True)
    taught_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["topic", "id"]

    def __str__(self) -> str:
        return f"{self.topic_id} {'+' if self.about else '-'}"


class Verbatim(FactModel):
    """One open text of an answer, by the answer's id and the question's key. Masked before it is stored: the text as
    written stays in `Response.texts` alone.

    `lemmas` are its words' base forms, for search. `topics` maps the topic's id to the confidence 0..1 that it is
    about it. `sentiment` is -1..1, None where it cannot be told, with its `confidence` 0..1; `emotions` are the keys
    of the seven emotions (LANGUAGE.md) whose words it has. `scores` are the answer's own, `value` its leading one on
    0-100. `model` is the version of what told topics and sentiment, so that a better one can go over it again.
    """

    response_id = models.UUIDField()
    key = models.CharField(max_length=60)
    survey_id = models.BigIntegerField()
    answered_at = models.DateTimeField()
    language = models.CharField(max_length=10, default="")
    audience = models.CharField(max_length=20, choices=Audience.choices)
    source = models.CharField(max_length=40, default="", blank=True)
    customer_id = models.UUIDField(null=True)
    touchpoint_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    dimensions: Any = models.JSONField(default=dict)
    scores: Any = models.JSONField(default=dict)
    value = models.FloatField(null=True)
    text = models.TextField()
    lemmas = models.TextField(default="")
    topics: Any = models.JSONField(default=dict)
    sentiment = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    emotions = ArrayField(models.CharField(max_length=30), default=list)
    model = models.IntegerField(default=0)
    # What of it stands in TopicRollup: {"day", "place", "bin", "topics"}, or nothing.
    counted: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("verbatim")
        verbose_name_plural = _("verbatims")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "response_id", "key"], name="verbatim_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "answered_at"], name="verbatim_by_time"),
            models.Index(fields=["tenant", "touchpoint_id", "answered_at"], name="verbatim_by_touchpoint"),
            models.Index(fields=["tenant", "model"], name="verbatim_by_model"),
            models.Index(
                fields=["tenant", "customer_id"],
                name="verbatim_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        ]


class TopicRollup(TenantRow):
    """Customers' texts of a day about a topic, by how they feel: counts that say `neither` where it cannot be told.

    Topic 0 is every text once, whatever it is about; touchpoint 0 is the whole company's total.
    """

    pk = models.CompositePrimaryKey("tenant_id", "topic_id", "touchpoint_id", "day")
    topic_id = models.BigIntegerField()
    touchpoint_id = models.BigIntegerField()
    day = models.DateField()
    negative = models.IntegerField()
    neither = models.IntegerField()
    positive = models.IntegerField()


class Teller(TenantModel):
    """What tells topics and sentiment of the tenant's texts, and how well: one row, missing before the first texts.

    `version` is what `Verbatim.model` refers to; it grows with each training. `trained_at` is when it last learnt (or
    began), `taught_at` when somebody last taught: later while that waits. `weights` are numpy arrays by name
    (surveys.texts.teller), `figures` how sure it is: {"topics": {id: {...}}, "sentiment": {...}}; `texts` is how
    many there were when it was trained.
    """

    version = models.IntegerField(default=1)
    trained_at = models.DateTimeField(null=True)
    taught_at = models.DateTimeField(null=True)
    weights = models.BinaryField(default=b"")
    figures: Any = models.JSONField(default=dict)
    texts = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant"], name="teller_per_tenant"),
        ]
