"""What customers really went through: passages made of their events, and the counts pages read."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cxplatform.tenancy.models import FactModel, TenantRow

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # nobody has looked yet
UNASSIGNED = 0  # the journey of a trace that fits none, and the touchpoint of a step nobody has mapped


class Passage(FactModel):
    """One customer's or one case's way through a journey: the touchpoints of its events in their order.

    `id` is that of its first event, by customer one made of that and the gap. `subject` is the correlation or, by
    customer, the customer's id; by customer `gap_hours` is the silence that parts passages, by correlation 0. The
    arrays have one place per step: what was met, over which channel, of which unit, and how many seconds after the
    start (0 for an id: none). Scores are those answered along the way, on -100 ... 100 around the neutral point, in
    time's order. `skipped`, `repeated` and `undesigned` name touchpoints by which it left the design of `version_id`;
    `fitness` is 0 ... 1; neither is told before it is over. `wake_at` is when to look whether it is, never later than
    `over_at`: were that in an index, each step would write all indexes of the row. What stands here is what stands in
    the counts: whoever changes a row moves `PathRollup` by the difference.
    """

    journey_id = models.BigIntegerField()
    version_id = models.BigIntegerField(null=True)
    trace_by = models.CharField(max_length=12)
    gap_hours = models.IntegerField()
    subject = models.CharField(max_length=200)
    customer_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    over_at = models.DateTimeField()
    wake_at = models.DateTimeField(db_default=LONG_AGO)
    ended = models.BooleanField()
    truncated = models.BooleanField(default=False)
    variant = models.UUIDField()
    touchpoint_ids = ArrayField(models.BigIntegerField())
    channel_ids = ArrayField(models.BigIntegerField())
    unit_ids = ArrayField(models.BigIntegerField())
    seconds = ArrayField(models.BigIntegerField())
    failures: Any = models.JSONField(default=list)
    human_after = models.BigIntegerField(null=True)
    score_touchpoint_ids = ArrayField(models.BigIntegerField())
    scores = ArrayField(models.SmallIntegerField())
    score_seconds = ArrayField(models.BigIntegerField())
    source = models.CharField(max_length=100, default="")
    dimensions: Any = models.JSONField(default=dict)
    from_customer: Any = models.JSONField(default=dict)
    fitness = models.FloatField(null=True)
    skipped = ArrayField(models.BigIntegerField())
    repeated = ArrayField(models.BigIntegerField())
    undesigned = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "subject", "started_at"],
                name="passage_by_case",
                condition=models.Q(trace_by="correlation"),
            ),
            models.Index(fields=["tenant", "journey_id", "started_at"], name="passage_by_start"),
            models.Index(fields=["tenant", "wake_at"], name="passage_due", condition=models.Q(ended=False)),
            models.Index(
                fields=["tenant", "customer_id", "started_at"],
                name="passage_by_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        ]


class Variant(TenantRow):
    """One sequence of touchpoints as it happened in a journey; the digest is of the journey and the sequence."""

    pk = models.CompositePrimaryKey("tenant_id", "digest")
    digest = models.UUIDField()
    journey_id = models.BigIntegerField()
    touchpoint_ids = ArrayField(models.BigIntegerField())


class Conformance(TenantRow):
    """How a variant goes with one version of a journey's design: an alignment, made once."""

    pk = models.CompositePrimaryKey("tenant_id", "version_id", "digest")
    version_id = models.BigIntegerField()
    digest = models.UUIDField()
    cost = models.IntegerField()
    fitness = models.FloatField()
    skipped = ArrayField(models.BigIntegerField())
    repeated = ArrayField(models.BigIntegerField())
    undesigned = ArrayField(models.BigIntegerField())


class PathCounts(TenantRow):
    """Counts of a journey's passages of one `measure` and `key`, in one slice.

    `n` counts passages that are over and those that are not, `open` the latter. `total` and `squares` are sums of
    what the measure measures (seconds, fitness, change of score), `histogram` its bins of
    cxplatform.stats.waiting. The measures and their keys stand in journeys.paths.measures.
    """

    journey_id = models.BigIntegerField()
    measure = models.CharField(max_length=20)
    dimension = models.CharField(max_length=100, default="")
    value = models.CharField(max_length=200, default="")
    key = models.CharField(max_length=100, default="")
    n = models.BigIntegerField(default=0)
    open = models.BigIntegerField(default=0)
    total = models.FloatField(default=0)
    squares = models.FloatField(default=0)
    histogram = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        abstract = True


class PathRollup(PathCounts):
    """Those of passages that started on a day."""

    pk = models.CompositePrimaryKey("tenant_id", "journey_id", "measure", "dimension", "value", "day", "key")
    day = models.DateField()


class PathMonth(TenantRow):
    """A month of a journey whose days stand summed up in `PathMonthRollup`, as they are.

    Whoever moves a count of one of its days removes this row in the same transaction: then days are read again.
    """

    pk = models.CompositePrimaryKey("tenant_id", "journey_id", "month")
    journey_id = models.BigIntegerField()
    month = models.DateField()


class PathMonthRollup(PathCounts):
    """The days of a month together; to be read only while the month's `PathMonth` stands."""

    pk = models.CompositePrimaryKey("tenant_id", "journey_id", "measure", "dimension", "value", "month", "key")
    month = models.DateField()
