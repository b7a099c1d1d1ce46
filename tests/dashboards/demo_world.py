"""The demo company's answers, counted without the road there: what its finders look through."""

from datetime import date, timedelta

import msgspec
from django.db import connection

from cxplatform.demo import company
from cxplatform.demo.company import TOUCHPOINTS
from cxplatform.demo.story import DAYS
from cxplatform.demo.visits import a_day
from cxplatform.stats.metrics import bin_of
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Touchpoint

NPS = "nps/0-10"
# Each row is its grain, place, start, channel and histogram.
_ROWS = """
INSERT INTO surveys_scorerollup
    (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave, histogram)
SELECT %(tenant)s, %(metric)s, '', '', row ->> 0, (row ->> 1)::bigint, (row ->> 2)::date, (row ->> 3)::bigint,
    'customer', '', translate(row ->> 4, '[]', '{}')::int[]
FROM jsonb_array_elements(%(rows)s::jsonb) AS row
"""


def rengasala(until: date) -> Tenant:
    """The company with its two years of transactional NPS in the rollups, by day and month, whole and by place."""
    tenant = company.found(password="x" * 12, until=until)
    with activate(tenant.pk):
        places = {place.slug: place.pk for place in Touchpoint.objects.all()}
        channels = {channel.slug: channel.pk for channel in Channel.objects.all()}
        rows: dict[tuple[str, int, date, int], list[int]] = {}
        for ago in range(DAYS):
            for answer in a_day(until - timedelta(days=ago), until=until).answers:
                if answer.touchpoint is None or answer.answered_at is None or "nps" not in answer.answers:
                    continue
                day = answer.answered_at.date()
                channel = channels[TOUCHPOINTS[answer.touchpoint][1]]
                for place in (0, places[answer.touchpoint]):
                    for grain, start in (("d", day), ("m", day.replace(day=1))):
                        row = rows.setdefault((grain, place, start, channel), [0] * 11)
                        row[bin_of(NPS, answer.answers["nps"])] += 1
        given = [[*key, histogram] for key, histogram in rows.items()]
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, {"tenant": tenant.pk, "metric": NPS, "rows": msgspec.json.encode(given).decode()})
    return tenant
