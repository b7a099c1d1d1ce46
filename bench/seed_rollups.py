"""A company of any size, as its counts alone: what the leadership page reads, without the answers behind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import StringIO

import harness
import numpy as np
from django.db import connection

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint

STAGES = ("Discover", "Choose", "Buy", "Deliver", "Use", "Get help", "Renew")
METRICS = ("nps/0-10", "ces/1-7", "fcr_expected/15", "emotion/7", "csat/1-5")
SEGMENTS = ("consumer", "small business", "company", "public sector")
BATCH = 100_000


def seed_company(*, slug: str, touchpoints: int = 50, channels_each: int = 2) -> tuple[Tenant, list[int], list[int]]:
    """A company with journeys of seven stages over so many touchpoints; its touchpoint and channel ids."""
    tenant = Tenant.objects.create(name=slug.title(), slug=slug, language="en")
    with activate(tenant.pk):
        Dimension.objects.create(name="Segment", slug="segment")
        channels = [Channel.objects.create(name=name, slug=name.lower()) for name in ("Shop", "Web", "Phone", "Chat")]
        places = [Touchpoint.objects.create(name=f"Touchpoint {n}", slug=f"touchpoint-{n}") for n in range(touchpoints)]
        for journey_number in range(3):
            journey = Journey.objects.create(
                name=f"Journey {journey_number}", slug=f"journey-{journey_number}", position=journey_number
            )
            for position, name in enumerate(STAGES):
                stage = Stage.objects.create(journey=journey, name=name, position=position)
                mine = [
                    p for n, p in enumerate(places) if n % (3 * len(STAGES)) == journey_number * len(STAGES) + position
                ]
                Step.objects.bulk_create(
                    [Step(stage=stage, touchpoint=place, position=order) for order, place in enumerate(mine)]
                )
    return tenant, [place.pk for place in places], [channel.pk for channel in channels][:channels_each]


def seed_counts(
    *,
    tenant: Tenant,
    touchpoints: Sequence[int],
    channels: Sequence[int],
    answers: int,
    until: date,
    days: int = 730,
    metrics: Sequence[str] = METRICS,
    slices: Mapping[str, Sequence[str]] | None = None,
    seed: int = 7,
) -> int:
    """Rollups of `answers` answers to every metric, spread over the days before `until`. Returns rows written."""
    slices = {"segment": SEGMENTS} if slices is None else slices
    rng = np.random.default_rng(seed)
    starts = [until - timedelta(days=back) for back in range(days - 1, -1, -1)]
    month_of = np.unique([day.replace(day=1) for day in starts], return_inverse=True)
    mean = answers / (days * len(touchpoints) * len(channels))
    written = 0
    for name in metrics:
        bins = metric(name).bins
        shares = rng.dirichlet(np.linspace(1, 3, bins), size=len(touchpoints))
        # [slice, touchpoint, channel, day, bin]; the first slice is the total of each dimension's values.
        parts = {
            (dimension, value): rng.poisson(
                mean / len(values) * shares[:, None, None, :], size=(len(touchpoints), len(channels), days, bins)
            ).astype(np.int32)
            for dimension, values in slices.items()
            for value in values
        }
        first = next(iter(slices))
        parts = {("", ""): sum(parts[(first, value)] for value in slices[first])} | parts
        for (dimension, value), table in parts.items():
            table = np.concatenate([table.sum(axis=0, keepdims=True), table])
            monthly = np.zeros((*table.shape[:2], len(month_of[0]), bins), dtype=np.int64)
            np.add.at(monthly, (slice(None), slice(None), month_of[1]), table)
            places = [0, *touchpoints]
            for grain, grid, dates in (("d", table, starts), ("m", monthly, list(month_of[0]))):
                rows = (
                    f"{name}\t{dimension}\t{value}\t{grain}\t{places[t]}\t{dates[d]}\t{channels[c]}\t"
                    f"{{{','.join(map(str, grid[t, c, d]))}}}\n"
                    for t, c, d in zip(*np.nonzero(grid.any(axis=-1)), strict=True)
                )
                written += _write(tenant.pk, rows)
    harness.analyse("surveys_scorerollup")
    return written


def _write(tenant_id: int, rows: Iterator[str]) -> int:
    # Under row-level security COPY into the table itself is refused: by way of a temporary one.
    with activate(tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE seeding (metric text, dimension text, value text, grain text, touchpoint_id bigint,"
            " start date, channel_id bigint, histogram int[]) ON COMMIT DROP"
        )
        while chunk := "".join(row for row, _ in zip(rows, range(BATCH), strict=False)):
            cursor.copy_expert("COPY seeding FROM STDIN", StringIO(chunk))
        cursor.execute(
            "INSERT INTO surveys_scorerollup (tenant_id, metric, dimension, value, grain, touchpoint_id, start,"
            " channel_id, audience, wave, histogram)"
            " SELECT %s, metric, dimension, value, grain, touchpoint_id, start, channel_id, 'customer', '', histogram"
            " FROM seeding",
            [tenant_id],
        )
        return cursor.rowcount
